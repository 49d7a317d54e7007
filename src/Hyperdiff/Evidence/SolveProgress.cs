using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Where an iterative solve is: what it tells a listener at the start, and after every update.</summary>
/// <param name="Iteration">The number of updates so far; 0 at the start.</param>
/// <param name="Residual">The norm of the residual, over the whole structure.</param>
/// <param name="Tolerance">The norm that it has to reach; infinite where none was asked for.</param>
/// <param name="Solve">Which solve it is, as in its report: that of the inner problem, or of the adjoint.</param>
[JsonConverter(typeof(JsonValueConverter<SolveProgress>))]
public readonly record struct SolveProgress(int Iteration, double Residual, double Tolerance, string Solve) : IJsonValue<SolveProgress>
{
    void IJsonValue<SolveProgress>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("solve", Solve);
        writer.WriteNumber("iteration", Iteration);
        writer.WriteDouble("residual", Residual);
        writer.WriteDouble("tolerance", Tolerance);
        writer.WriteEndObject();
    }

    static SolveProgress IJsonValue<SolveProgress>.ReadJson(JsonPart json)
    {
        _ = json.Object("solve", "iteration", "residual", "tolerance");
        return new SolveProgress(json["iteration"].Int32(), json["residual"].Double(), json["tolerance"].Double(), json["solve"].Text());
    }
}
