using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>What compiled graphs promise: they run again, from two threads at once and into memory that was used before, keep nothing of their operands, and
/// say what they take.</summary>
internal static class PlanConformance
{
    private const int Length = 1000;
    private const int Links = 8;
    private const int Threads = 4;
    private const int Repetitions = 8;

    /// <summary>The cases.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        new("plans", "run again with other operands", Again),
        new("plans", "overwrite the same memory", Overwritten),
        new("plans", "run from several threads at once", AtOnce),
        new("plans", "say what they take at their peak", Peak),
        new("plans", "have inputs, constants and repetitions among their outputs", Odd),
        new("plans", "have results of their own", Owned),
        new("plans", "fail as their equations do, and run again", Failed),
        new("plans", "read a result of which another was overwritten", Kept),
    ];

    private static string? Again(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Graph graph = Chain(dtype);
        IExecutable plan = subject.Backend.Compile(graph);
        Tensor[] first = subject.Place(Operands(1, dtype)), second = subject.Place(Operands(2, dtype));
        Tensor[] one = plan.Run(first), other = plan.Run(second);
        return Difference(graph, Operands(1, dtype), subject.Read(one)) is { } wrong ? $"the first result, after the second run: {wrong}"
            : Difference(graph, Operands(2, dtype), subject.Read(other)) is { } too ? $"the second result: {too}" : null;
    }

    private static string? Overwritten(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Graph graph = Chain(dtype);
        IExecutable plan = subject.Backend.Compile(graph);
        Tensor[] memory = [.. graph.Outputs.Select(output => subject.Backend.Allocate(output.Type))];
        for (int seed = 1; seed <= 3; seed++)
        {
            plan.RunInto(subject.Place(Operands(seed, dtype)), memory);
            if (Difference(graph, Operands(seed, dtype), subject.Read(memory)) is { } wrong)
            {
                return $"run {seed}: {wrong}";
            }
        }

        return null;
    }

    private static string? AtOnce(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Graph graph = Chain(dtype);
        IExecutable plan = subject.Backend.Compile(graph);
        string?[] wrong = new string?[Threads];
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            Tensor[] placed = subject.Place(Operands(i, dtype));
            for (int repetition = 0; repetition < Repetitions; repetition++)
            {
                start.SignalAndWait();
                Exception? failure = BackendSubject.Caught(
                    () => wrong[i] ??= Difference(graph, Operands(i, dtype), subject.Read(plan.Run(placed))));
                wrong[i] ??= failure?.Message;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return Array.Find(wrong, found => found is not null);
    }

    private static string? Peak(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Graph graph = Chain(dtype);
        long results = graph.Outputs.Sum(output => output.Type.Bytes), all = graph.Equations.Sum(equation => equation.Results.Sum(result => result.Type.Bytes));
        long peak = subject.Backend.Compile(graph).PeakBytes;

        // every value at once is the most, and the alignment of each
        return peak < results ? $"a plan with results of {results} bytes says that it takes {peak} at its peak"
            : peak > all + (64L * graph.Equations.Length) ? $"a plan all of whose values take {all} bytes says that it takes {peak} at its peak" : null;
    }

    private static string? Odd(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Tensor x = Tensor.From([1.0, -2, 3]).To(dtype), y = Tensor.From([0.5, 0.25, 4]).To(dtype);
        (string Name, Func<Tensor[], Tensor[]> Function)[] functions =
        [
            ("inputs alone", a => [a[1], a[0]]), ("an input twice", a => [a[0], a[0]]), ("a constant", a => [Tensor.Ones([2], dtype), a[0] + 1]),
            ("a value twice", a => [.. Enumerable.Repeat(a[0] + a[1], 2)]), ("an operand twice", a => [a[0] * a[0], a[0] - a[0]]),
            ("a value and what is made of it", a => Beside(a[0] + a[1], a[0])), ("an input in other shapes", a => [a[0].Reshape(3, 1), a[0].Reshape(1, 3)]),
            ("nothing that depends on them", _ => [Tensor.Full([3], 2, dtype)]),
        ];
        foreach ((string name, Func<Tensor[], Tensor[]> function) in functions)
        {
            Graph graph = TracedFunction.Of(function, [x, y]).Graph;
            Tensor[] expected = graph.Run(ReferenceBackend.Instance, [x, y]).Outputs;
            Tensor[] placed = subject.Place([x, y]);
            if ((Closeness.Arithmetic.Difference(expected, subject.Run(graph, [x, y]))
                ?? Closeness.Arithmetic.Difference(expected, PrimitiveConformance.Into(subject, graph, placed))
                ?? Closeness.Exact.Difference([x, y], subject.Read(placed))) is { } wrong)
            {
                return $"{name}: {wrong}";
            }
        }

        return null;
    }

    private static Tensor[] Beside(Tensor value, Tensor factor) => [value, value * factor, value.Reshape(3, 1)];

    // operands may be memory that is overwritten for the next run
    private static string? Owned(BackendSubject subject)
    {
        if (!subject.IsDevice)
        {
            throw new NotApplicableException("results in host memory may be windows on operands that nobody writes to");
        }

        DType dtype = subject.Floating().First();
        Tensor before = Tensor.From([1.0, 2, 3, 4]).To(dtype), after = Tensor.From([5.0, 6, 7, 8]).To(dtype), memory = subject.Backend.Allocate(before.Type);
        foreach (Func<Tensor, Tensor> function in (Func<Tensor, Tensor>[])[x => x, x => x.Reshape(2, 2), x => x.Reshape(2, 2).Transpose(), x => x[1..3],
            x => Loop.Iterate(0, c => 2 * c, x)])
        {
            memory.Overwrite(subject.Place(before));
            Graph graph = TracedFunction.Of(x => [function(x[0])], [before]).Graph;
            Tensor[] found = subject.Backend.Compile(graph).Run([memory]);
            memory.Overwrite(subject.Place(after));
            if (Closeness.Exact.Difference(graph.Run(ReferenceBackend.Instance, [before]).Outputs, subject.Read(found)) is { } difference)
            {
                return $"after its operand was overwritten, {difference}";
            }
        }

        return null;
    }

    private static string? Failed(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Tensor good = Tensor.From(new double[,] { { 2, 1 }, { 1, 3 } }).To(dtype), bad = Tensor.From(new double[,] { { 1, 2 }, { 2, 1 } }).To(dtype);
        Graph graph = TracedFunction.Of(x => [Linalg.Cholesky(x[0] + 0.5).Exp()], [good]).Graph;
        return BackendSubject.Difference(
            BackendSubject.Caught(() => graph.Run(ReferenceBackend.Instance, [bad])), BackendSubject.Caught(() => subject.Run(graph, [bad])))
            ?? Closeness.Decomposed.Difference(graph.Run(ReferenceBackend.Instance, [good]).Outputs, subject.Run(graph, [good]));
    }

    private static string? Kept(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Tensor x = Tensor.From([1.0, 2, 3]).To(dtype);
        IExecutable plan = subject.Backend.Compile(TracedFunction.Of(a => [a[0] + 1, a[0] * 2], [x]).Graph);
        Tensor[] memory = [subject.Backend.Allocate(x.Type), subject.Backend.Allocate(x.Type)];
        plan.RunInto([subject.Place(x)], memory);
        plan.RunInto([memory[0]], [memory[1], subject.Backend.Allocate(x.Type)]);
        return Closeness.Exact.Difference([x + 1, x + 2], subject.Read(memory));
    }

    // x ← tanh(x) y + 0.1 x, several times, with a sum beside it
    private static Graph Chain(DType dtype) => TracedFunction.Of(
        arguments =>
        {
            Tensor x = arguments[0];
            for (int i = 0; i < Links; i++)
            {
                x = (x.Tanh() * arguments[1]) + (0.1 * x);
            }

            return [x, x.Sum(), (x * arguments[0]).Reshape(10, Length / 10)];
        },
        [new TensorType(dtype, [Length]), new TensorType(dtype, [Length])]).Graph;

    private static Tensor[] Operands(int seed, DType dtype) =>
        [RandomKey.FromSeed(seed).Uniform([Length], -1, 1, dtype), RandomKey.FromSeed(seed).Fold(1).Uniform([Length], -1, 1, dtype)];

    // sums of a thousand terms that are no greater than 1: half of an ulp of the terms for each
    private static string? Difference(Graph graph, Tensor[] operands, Tensor[] found) =>
        new Closeness(0, Roundings: Length).Difference(graph.Run(ReferenceBackend.Instance, operands).Outputs, found);
}
