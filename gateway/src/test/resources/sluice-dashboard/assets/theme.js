// no hash in its name
