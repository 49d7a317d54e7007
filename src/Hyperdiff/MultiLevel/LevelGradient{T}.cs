using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>The total derivative of a problem's objective in its own parameters, with its evidence.</summary>
/// <typeparam name="T">The structure of the parameters.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class LevelGradient<T> : IJsonWritten
{
    internal LevelGradient(
        double value, T gradient, Level<T> level, LevelPoint point, ImmutableArray<SolveReport> reports, ImmutableArray<HypergradientWarning> warnings) =>
        (Value, Gradient, Level, Point, Reports, Warnings) = (value, gradient, level, point, reports, warnings);

    /// <summary>The objective.</summary>
    public double Value { get; }

    /// <summary>Its total derivative; zeros for frozen leaves.</summary>
    public T Gradient { get; }

    /// <summary>The problem.</summary>
    public Level<T> Level { get; }

    /// <summary>Where it holds, with the solutions of the problems below: solves that begin there go on from them.</summary>
    public LevelPoint Point { get; }

    /// <summary>Every solve that it rests on, named by the problem that was solved, or whose derivative was.</summary>
    public ImmutableArray<SolveReport> Reports { get; }

    /// <summary>What the user should know: kinks of the objective, and of the problems below it, exactly here.</summary>
    public ImmutableArray<HypergradientWarning> Warnings { get; }

    /// <summary>Whether all of them converged, and value and gradient are finite.</summary>
    public bool Converged => Reports.All(report => report.Converged) && double.IsFinite(Value) && Active().IsFinite();

    /// <summary>The gradient, if everything converged.</summary>
    /// <exception cref="SolveException">A solve did not, or a number is not finite.</exception>
    public T EnsureConverged() => Converged ? Gradient : throw new SolveException($"This derivative of {Level} is not to be trusted.\n{this}", Reports);

    /// <summary>A table: value, norm of the gradient, one line per solve, and the warnings.</summary>
    public override string ToString() => string.Join('\n', [
        string.Create(CultureInfo.InvariantCulture, $"{Level}  value {Value:G10}, |gradient| {Active().Magnitude():G6}"),
        .. Reports.Select(report => report.ToString()),
        .. Warnings.Select(warning => $"warning {warning}")]);

    private LeafVector Active()
    {
        var flat = new FlatTree<T>(Level.Tree, Gradient, Level.Name);
        return flat.ActiveTensors;
    }

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("level", Level.Name);
        writer.WriteDouble("value", Value);
        writer.WriteDouble("gradientNorm", Active().Magnitude());
        writer.WriteBoolean("converged", Converged);
        writer.WriteEach("gradient", new FlatTree<T>(Level.Tree, Gradient, Level.Name).Leaves);
        writer.WriteEach("reports", Reports);
        writer.WriteEach("warnings", Warnings);
        writer.WriteEndObject();
    }
}
