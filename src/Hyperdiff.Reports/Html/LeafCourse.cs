namespace Hyperdiff.Reports;

/// <summary>A leaf of λ over the steps: its elements where they are few, else how they are spread.</summary>
/// <param name="name">Its path.</param>
/// <param name="type">Element type and shape.</param>
internal sealed class LeafCourse(string name, TensorType type)
{
    /// <summary>How many elements have a line each.</summary>
    private const int MostLines = 8;

    private readonly List<(int Step, double[] Numbers)> _steps = [];

    /// <summary>Its path.</summary>
    public string Name => name;

    /// <summary>Element type and shape.</summary>
    public TensorType Type => type;

    /// <summary>Whether the numbers of a step are the elements; else they are the least, the quartiles and the largest.</summary>
    public bool IsByElement => type.Shape.ElementCount <= MostLines;

    /// <summary>The steps and their numbers.</summary>
    public IReadOnlyList<(int Step, double[] Numbers)> Steps => _steps;

    /// <summary>Adds a step.</summary>
    public void Add(int step, Tensor value)
    {
        double[] elements = LeafColumns.Elements(value);
        _steps.Add((step, IsByElement ? elements : LeafColumns.Quantiles(elements, 0, 0.25, 0.5, 0.75, 1)));
    }

    /// <summary>Leaves out a step and all after it.</summary>
    public void RemoveFrom(int step) => _steps.RemoveAll(entry => entry.Step >= step);
}
