# Short and unambiguous to readers everywhere: 2 Mar 2024.
DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
