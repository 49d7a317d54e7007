using Gallery;

return CommandLine.Run(args, Console.Out, Console.Error);
