"""What the scripts in the folder above share: only the standard library, so that they run before any set-up."""
