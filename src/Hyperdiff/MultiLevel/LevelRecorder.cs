namespace Hyperdiff;

/// <summary>Writes down what a problem asks of others, and answers with their first parameters.</summary>
internal sealed class LevelRecorder(Level level, List<LevelEdge> edges) : LevelScope
{
    public override T Parameters<T>(Level<T> upper)
    {
        Require(upper, "parameters");
        edges.Add(new LevelEdge(upper, level, NeedsSolution: false));
        return upper.Start;
    }

    public override T Solution<T>(Level<T> lower, Response? response = null)
    {
        Require(lower, "solution");
        edges.Add(new LevelEdge(level, lower, NeedsSolution: true));
        return lower.Start;
    }

    private void Require(Level other, string what)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other == level)
        {
            throw new ArgumentException($"{level} → {level}: {level} asks for its own {what}; its parameters are the first argument of its function.");
        }
    }
}
