"""Where customers are: a place for every address, and how sure that is.

- `address`: the text that is asked for, and the key under which an answer is kept, both the web CRM's
- `geocoder`: what a geocoder is and what it may answer; `google` (with `google_answers`) and `nominatim` are two;
  `configured` picks the one of the settings; `quiet_http` keeps keys and addresses out of logs; `pace` holds all
  processes to one rate
- `due`: whose turn it is; `lookups`: what is known of an address, and who is asking just now; `recording`: answers
  written to cache and customers, once and never over anybody's own place
- `run`: one run; `service`: `CustomerPlaces`; `report`
"""
