using LogisticRegression;

return CommandLine.Run(args, Console.Out, Console.Error);
