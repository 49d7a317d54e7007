using System.Globalization;
using Hyperdiff;
using Hyperdiff.Mpi;
using Hyperdiff.Mpi.Program;

// What tests start under launchers: NAME [ARGUMENT]. Every rank writes one line, which begins with its number.
string argument = args.Length > 1 ? args[1] : "";
int Chosen() => int.Parse(argument, CultureInfo.InvariantCulture);
void Say(Ranks ranks, string words) => Console.WriteLine($"{ranks.Rank}: {words}");

switch (args[0])
{
    case "name":
        MpiRanks.Run(ranks => Say(ranks, $"{ranks.Rank} of {ranks.Count}, {ranks.Name}"));
        break;

    case "squares":
        MpiRanks.Run(ranks =>
        {
            double[] squares = [ranks.Rank * ranks.Rank];
            ranks.Sum(squares);                                   // the same bits on every rank, and run to run
            if (ranks.Rank == 0)
            {
                Console.WriteLine($"{squares[0]} over {ranks.Name}");
            }
        });
        break;

    // the bits of sums, decisions and gathered bytes of many lengths
    case "bits":
        MpiRanks.Run(ranks => Say(ranks, Numbers.Bits(ranks)));
        break;

    // rank ARGUMENT has one number more
    case "disagree":
        MpiRanks.Run(ranks => ranks.Sum(new double[ranks.Rank == Chosen() ? 1001 : 1000]));
        break;

    case "throw":
        MpiRanks.Run(ranks =>
        {
            ranks.Sum(new double[10]);
            if (ranks.Rank == Chosen())
            {
                throw new InvalidOperationException("the disk is full");
            }

            ranks.Sum(new double[10]);
        });
        break;

    // the same without Run
    case "throw-unhandled":
        using (MpiRanks ranks = MpiRanks.Start())
        {
            ranks.Sum(new double[10]);
            if (ranks.Rank == Chosen())
            {
                throw new InvalidOperationException("the disk is full");
            }

            ranks.Sum(new double[10]);
        }

        break;

    // an exception that somebody catches outside: the rank ends its part in order, alone
    case "throw-caught":
        try
        {
            using MpiRanks ranks = MpiRanks.Start();
            ranks.Sum(new double[10]);
            if (ranks.Rank == Chosen())
            {
                throw new InvalidOperationException("the disk is full");
            }

            ranks.Sum(new double[10]);
        }
        catch (InvalidOperationException)
        {
        }

        break;

    case "exit":
        MpiRanks.Run(ranks =>
        {
            ranks.Sum(new double[10]);
            if (ranks.Rank == Chosen())
            {
                Environment.Exit(0);
            }

            ranks.Sum(new double[10]);
        });
        break;

    case "return":
        MpiRanks.Run(ranks =>
        {
            if (ranks.Rank != Chosen())
            {
                ranks.Sum(new double[10]);
            }
        });
        break;

    // no rank disposes of its part
    case "forget":
        Say(MpiRanks.Start(), "started");
        break;

    case "late":
        MpiRanks.Run(
            ranks =>
            {
                if (ranks.Rank == Chosen())
                {
                    Thread.Sleep(Timeout.Infinite);
                }

                ranks.Sum(new double[10]);
            },
            deadline: TimeSpan.FromSeconds(1));
        break;

    // sums until it is killed, by the process number that it writes
    case "go-on":
        MpiRanks.Run(ranks =>
        {
            ranks.Sum(Span<double>.Empty);
            Say(ranks, $"{Environment.ProcessId}");
            while (true)
            {
                ranks.Sum(new double[1000]);
            }
        });
        break;

    // two at once are not
    case "threads-at-once":
        MpiRanks.Run(ranks =>
        {
            Exception? refused = null;
            var threads = (Thread[])[.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                try
                {
                    for (int k = 0; k < 1000; k++)
                    {
                        ranks.Sum(new double[100]);
                    }
                }
                catch (InvalidOperationException failure)
                {
                    refused = failure;
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            throw refused!;
        });
        break;

    // what .NET makes of signals
    case "signals":
        MpiRanks.Run(ranks =>
        {
            ranks.Sum(new double[100_000]);
            string caught = "";
            try
            {
                _ = ((string)null!).Length;
            }
            catch (NullReferenceException)
            {
                caught += "null ";
            }

            try
            {
                _ = 1 / Numbers.Zero;
            }
            catch (DivideByZeroException)
            {
                caught += "zero";
            }

            ranks.Sum(new double[10]);
            Say(ranks, caught);
        });
        break;

    // one thread after the other is fine
    case "threads":
        MpiRanks.Run(ranks =>
        {
            double[] values = [1];
            for (int k = 0; k < 3; k++)
            {
                var thread = new Thread(() => ranks.Sum(values));
                thread.Start();
                thread.Join();
            }

            Say(ranks, string.Create(CultureInfo.InvariantCulture, $"{values[0]}"));
        });
        break;

    case "twice":
        MpiRanks.Run(ranks =>
        {
            try
            {
                MpiRanks.Start();
            }
            catch (InvalidOperationException refused)
            {
                Say(ranks, refused.Message);
            }
        });
        break;

    default:
        throw new ArgumentException($"'{args[0]}' is no program.");
}
