using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>How many gradients and products a descent has asked for. A call is one evaluation at one point and one sample; values, and the gradients in w and
/// in λ, come together.</summary>
/// <param name="InnerGradients">(∇_wf, ∇_λf).</param>
/// <param name="OuterGradients">(∇_wF, ∇_λF).</param>
/// <param name="HessianProducts">∇²_ww f v.</param>
/// <param name="MixedProducts">Bᵀv = ∇²_λw f v.</param>
[JsonConverter(typeof(JsonValueConverter<OracleCounts>))]
public readonly record struct OracleCounts(long InnerGradients, long OuterGradients, long HessianProducts, long MixedProducts) : IJsonValue<OracleCounts>
{
    /// <summary>All calls.</summary>
    public long Total => InnerGradients + OuterGradients + HessianProducts + MixedProducts;

    /// <summary>Both together.</summary>
    public static OracleCounts operator +(OracleCounts left, OracleCounts right) => new(
        left.InnerGradients + right.InnerGradients,
        left.OuterGradients + right.OuterGradients,
        left.HessianProducts + right.HessianProducts,
        left.MixedProducts + right.MixedProducts);

    /// <summary>The calls of so many steps.</summary>
    public static OracleCounts operator *(long times, OracleCounts counts) =>
        new(times * counts.InnerGradients, times * counts.OuterGradients, times * counts.HessianProducts, times * counts.MixedProducts);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{InnerGradients} gradients of f, {OuterGradients} of F, {HessianProducts} Hessian products, {MixedProducts} mixed products");

    void IJsonValue<OracleCounts>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("innerGradients", InnerGradients);
        writer.WriteNumber("outerGradients", OuterGradients);
        writer.WriteNumber("hessianProducts", HessianProducts);
        writer.WriteNumber("mixedProducts", MixedProducts);
        writer.WriteEndObject();
    }

    static OracleCounts IJsonValue<OracleCounts>.ReadJson(JsonPart json)
    {
        _ = json.Object("innerGradients", "outerGradients", "hessianProducts", "mixedProducts");
        return new OracleCounts(
            json["innerGradients"].Int64(), json["outerGradients"].Int64(), json["hessianProducts"].Int64(), json["mixedProducts"].Int64());
    }
}
