import MartletCLI

MartletCommand.runAndExit()
