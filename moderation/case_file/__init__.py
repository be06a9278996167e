"""The staff's side of the case file: private details are opened here, asked for, written down and removed."""
