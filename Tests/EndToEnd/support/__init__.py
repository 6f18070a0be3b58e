"""What the end-to-end tests share: the processes under test, scripts for the simulator, strict readers."""
