"""Rules of the business."""
