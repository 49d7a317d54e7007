using System.Text.Json;

namespace Hyperdiff.Golden;

/// <summary>What another system computed by one method with certain parameters.</summary>
public sealed class GoldenMethod(JsonElement element)
{
    /// <summary>The method's name there.</summary>
    public string Name => element.GetProperty("method").GetString()!;

    /// <summary>The state at which it was evaluated: <c>w_T</c> or <c>w_star</c>.</summary>
    public string At => Text("at")!;

    /// <summary>Why the entry is not to be reproduced; null if it is.</summary>
    public string? Refusal =>
        Text("raises") is { } raises ? $"the peer raises: {raises.Split('\n')[0]}"
        : Text("note") is { } note && note.StartsWith("INVALID", StringComparison.Ordinal) ? note
        : element.TryGetProperty("nonfinite", out _) ? "the peer's result is not finite"
        : null;

    /// <summary>The hypergradient.</summary>
    public Tensor[] Hypergradient => GoldenFile.ToList(element.GetProperty("hypergrad"));

    /// <summary>The indirect part of a hypergradient.</summary>
    public Tensor[] Indirect => GoldenFile.ToList(element.GetProperty("hypergrad_indirect"));

    /// <summary>The parameters, for the report.</summary>
    public string Parameters => string.Join(' ', element.EnumerateObject()
        .Where(property => property.Name is "at" or "T" or "k" or "K" or "iterations" or "form" or "lr" or "momentum" or "start"
            or "cg_iterations" or "cg_alpha" or "neumann_iterations" or "neumann_alpha" or "darts_alpha" or "eps_unit" or "params_include_alphas" or "r")
        .Select(property => $"{property.Name}={property.Value}"));

    /// <summary>An integer parameter.</summary>
    public int Integer(string name) => element.GetProperty(name).GetInt32();

    /// <summary>A parameter that is a number.</summary>
    public double Number(string name) => element.GetProperty(name).GetDouble();

    /// <summary>Whether there is such a parameter.</summary>
    public bool Has(string name) => element.TryGetProperty(name, out _);

    /// <summary>A parameter that is true or false.</summary>
    public bool Flag(string name) => element.GetProperty(name).GetBoolean();

    /// <summary>A parameter that is a word; null if it is absent.</summary>
    public string? Text(string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
