using System.Diagnostics;
using System.Reflection;

namespace Hyperdiff.Examples.Tests;

/// <summary>What C# refuses, F# refuses in the same words: an overload that is obsolete as an error is FS0101 there.</summary>
public sealed class RefusedScriptTests
{
    [Fact]
    public async Task AMethodOverAnotherKindOfProblem_IsAnErrorOfTheCompilerOfFSharp_WithTheCure()
    {
        string folder = AppContext.BaseDirectory, script = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.fsx");
        await File.WriteAllTextAsync(script, $"""
            #r @"{Path.Combine(folder, "Hyperdiff.Abstractions.dll")}"
            #r @"{Path.Combine(folder, "Hyperdiff.dll")}"
            open Hyperdiff
            let refused (problem: MinimizationProblem<Tensor, Tensor>) (w: Tensor) (h: Tensor) = Hypergradient.Reverse(3).Compute(problem, w, h)
            """);
        try
        {
            using Process compiler = Process.Start(
                new ProcessStartInfo("dotnet", ["fsi", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = compiler.StandardOutput.ReadToEndAsync();
            string errors = await compiler.StandardError.ReadToEndAsync();
            await output;
            await compiler.WaitForExitAsync();

            Assert.NotEqual(0, compiler.ExitCode);
            Assert.Contains("FS0101", errors, StringComparison.Ordinal);
            Assert.Contains(Cure(typeof(MinimizationProblem<,>)), errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Cure(Type problem) => typeof(IterativeMethod).GetMethods()
        .Single(method => method.Name == "Compute" && method.GetParameters()[0].ParameterType is { IsGenericType: true } type
        && type.GetGenericTypeDefinition() == problem)
        .GetCustomAttribute<ObsoleteAttribute>()!.Message!;
}
