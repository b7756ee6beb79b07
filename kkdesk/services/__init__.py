"""What the business does: one module or small package per capability; asyncio, no Qt."""
