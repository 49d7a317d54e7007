using Hyperdiff.Graphs;

namespace Hyperdiff.Lifting;

/// <content>Loops: written out where they are short, kept as loops where they are long or end by a condition that is not known.</content>
public sealed partial class LiftedCall
{
    /// <summary>The most steps of a loop that are written out one by one.</summary>
    internal const int MostWrittenOut = 256;

    // a loop whose steps have no bound that is known in advance, but all of whose conditions are: it ends when they say so
    private const int MostSteps = 1_000_000;

    private readonly Stack<Dictionary<Numbers, (Tensor? Whole, Number[]? Elements)>> _loops = new();

    /// <summary>Runs a loop.</summary>
    /// <param name="condition">Whether there is a next step.</param>
    /// <param name="step">The body, and what moves on.</param>
    /// <param name="variables">The variables that the loop writes and that live longer than a step.</param>
    /// <param name="bound">The most steps, if a counter says; null if none does.</param>
    /// <param name="isExact">Whether the counter alone ends the loop, so that it makes just so many.</param>
    /// <param name="expression">The condition as the user wrote it, for messages.</param>
    public void Loop(Func<Truth> condition, Action step, LoopVariables variables, Func<Integer>? bound, bool isExact, string expression)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(variables);
        int? most = bound?.Invoke() is { IsKnown: true } known ? Math.Max(0, known.Known(expression)) : null;
        var loop = new Kept(condition, step, variables);
        if (most > MostWrittenOut && variables.CanBeCarried && Written(loop, variables.Get(), canFail: true) is { } arrays)
        {
            Keep(loop, arrays, most.Value, isExact);
            return;
        }

        Truth goesOn = condition();
        int steps = 0;
        while (goesOn.IsKnown && goesOn.MayBeTrue)
        {
            if (steps == MostSteps)
            {
                throw new NotSupportedException($"A loop that ends by '{expression}' made {MostSteps} steps while it was traced; count them by a variable "
                    + "that is compared with its bound in the condition, and it stays a loop.");
            }

            step();
            steps++;
            goesOn = condition();
        }

        if (!goesOn.IsKnown)
        {
            // every step that was made has moved the counter
            int rest = (most is not null && variables.CanBeCarried ? most.Value : throw Unknown.Value(expression)) - steps;
            Keep(loop, Written(loop, variables.Get(), canFail: false)!, Math.Max(0, rest), isExact: false);
        }
    }

    private void Keep(Kept loop, Numbers[] written, int bound, bool isExact)
    {
        LoopVariables variables = loop.Variables;
        object?[] start = variables.Get();
        Tensor[] carry = [.. start.Select(LoopVariables.Tensor), .. written.Select(array => array.AsTensor())];
        (Tensor?, Number[]?)[] contents = [.. written.Select(array => array.Save())];
        Tensor[] end = isExact
            ? Hyperdiff.Loop.Iterate(bound, Step, carry, Tree.Array(Tree.Tensor))
            : Hyperdiff.Loop.WhileOfAnyNumbers(Condition, Step, carry, bound);
        for (int i = 0; i < written.Length; i++)
        {
            // the loop wrote into arrays that are older than it: whoever stands around it must know
            written[i].Restore(contents[i]);
            Log(written[i]);
        }

        Place(end);

        Tensor Condition(Tensor[] leaves)
        {
            Place(leaves);
            return loop.Condition().AsTensor();
        }

        Tensor[] Step(Tensor[] leaves)
        {
            Place(leaves);
            _loops.Push([]);
            _doubtful += isExact ? 0 : 1;
            loop.Step();
            _doubtful -= isExact ? 0 : 1;
            _loops.Pop();
            return [.. variables.Get().Select(LoopVariables.Tensor), .. written.Select(array => array.AsTensor())];
        }

        void Place(Tensor[] leaves)
        {
            variables.Place(start, leaves);
            for (int i = 0; i < written.Length; i++)
            {
                written[i].Replace(leaves[start.Length + i]);
            }
        }
    }

    // which arrays a step writes is seen by tracing one; those found are not known any more, which may lead to others; null if the loop cannot stay one
    private Numbers[]? Written(Kept loop, object?[] start, bool canFail)
    {
        LoopVariables variables = loop.Variables;
        (int conditions, int loops, int doubtful) = (_conditions.Count, _loops.Count, _doubtful);
        var found = new Dictionary<Numbers, (Tensor? Whole, Number[]? Elements)>();
        int before;
        do
        {
            before = found.Count;
            Numbers[] known = [.. found.Keys];
            Tensor[] carry = [.. start.Select(LoopVariables.Tensor), .. known.Select(array => array.AsTensor())];
            bool isKnown = true;
            try
            {
                _ = TracedFunction.Of(leaves => [Step(leaves, known)], carry, readable: false);
            }
            catch (UnknownValueException) when (canFail)
            {
                // a step needs to know which it is, for the length of an array, say
                isKnown = false;
                _doubtful = doubtful;
                _conditions.RemoveRange(conditions, _conditions.Count - conditions);
                while (_loops.Count > loops)
                {
                    _loops.Pop();
                }
            }

            foreach ((Numbers array, (Tensor?, Number[]?) contents) in found)
            {
                array.Restore(contents);
            }

            variables.Place(start, null);
            if (!isKnown)
            {
                return null;
            }
        }
        while (found.Count > before);

        return [.. found.Keys];

        Tensor Step(Tensor[] leaves, Numbers[] known)
        {
            variables.Place(start, leaves);
            for (int i = 0; i < known.Length; i++)
            {
                known[i].Replace(leaves[start.Length + i]);
            }

            _loops.Push(found);
            Truth goesOn = loop.Condition();
            _doubtful++;
            loop.Step();
            _doubtful--;
            _loops.Pop();
            return goesOn.AsTensor();
        }
    }

    // every loop around that is younger than the array must carry it
    private void Log(Numbers array)
    {
        int younger = _loops.Count - array.Depth.Loops;
        foreach (Dictionary<Numbers, (Tensor? Whole, Number[]? Elements)> loop in _loops.Take(younger))
        {
            loop.TryAdd(array, array.Save());
        }
    }

    /// <summary>A loop that stays one.</summary>
    private sealed record Kept(Func<Truth> Condition, Action Step, LoopVariables Variables);
}
