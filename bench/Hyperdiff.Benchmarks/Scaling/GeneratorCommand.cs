using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hyperdiff.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>generator</c>: the time of the source generator on a program of many methods and records, at first and after an edit in one file, beside an
/// incremental generator that finds the same declarations and does nothing.</summary>
internal static class GeneratorCommand
{
    private const int MethodsPerFile = 10;
    private const int Edits = 40;

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var methods = new Option<int>("--methods") { Description = "Annotated methods.", DefaultValueFactory = _ => 500 };
        var records = new Option<int>("--records") { Description = "[Tree] records.", DefaultValueFactory = _ => 200 };
        var command = new Command("generator", "Times the source generator, cold and after edits, beside one that does nothing.") { methods, records };
        command.SetAction(parsed =>
        {
            CSharpCompilation program = Program(parsed.GetValue(methods), parsed.GetValue(records));

            // in turns, so that neither has the warmer process
            (double cold, double[] edits) = Times(new HyperdiffGenerator(), program);
            (double floorCold, double[] floorEdits) = Times(new IdleGenerator(), program);
            (_, double[] again) = Times(new HyperdiffGenerator(), program);
            (_, double[] floorAgain) = Times(new IdleGenerator(), program);
            Print("generator", cold, [.. edits, .. again]);
            Print("floor", floorCold, [.. floorEdits, .. floorAgain]);
        });
        return command;
    }

    private static void Print(string name, double cold, double[] edits) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-10} cold {cold,7:F0} ms, after an edit median {edits.Order().ElementAt(edits.Length / 2),6:F1} ms, least {edits.Min(),6:F1} ms"));

    private static (double Cold, double[] Edits) Times(IIncrementalGenerator generator, CSharpCompilation program)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: s_options);
        double cold = Time(() => driver = driver.RunGenerators(program));
        var edits = new double[Edits];
        for (int i = 0; i < Edits; i++)
        {
            // a body changes: what is emitted stays
            SyntaxTree edited = program.SyntaxTrees[program.SyntaxTrees.Length - 1 - i];
            program = program.ReplaceSyntaxTree(
                edited, CSharpSyntaxTree.ParseText(edited.ToString().Replace("Sin()", "Cos()", StringComparison.Ordinal), s_options, edited.FilePath));
            edits[i] = Time(() => driver = driver.RunGenerators(program));
        }

        return (cold, edits);
    }

    private static double Time(Action run)
    {
        var clock = Stopwatch.StartNew();
        run();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static CSharpCompilation Program(int methods, int records)
    {
        var files = new List<string>();
        for (int i = 0; i < records; i++)
        {
            string inner = i == 0 ? "Tensor" : $"R{i / 2}";
            files.Add(
                $"using Hyperdiff; [Tree] public sealed partial record R{i}(Tensor A, [Frozen] Tensor[] B, {inner} C, (Tensor Left, Tensor Right) D, int N);");
        }

        for (int i = 0; i < methods; i += MethodsPerFile)
        {
            var text = new StringBuilder($"using Hyperdiff; public static partial class M{i} {{");
            for (int j = i; j < Math.Min(i + MethodsPerFile, methods); j++)
            {
                string type = $"R{j % Math.Max(1, records)}";
                text.Append(CultureInfo.InvariantCulture,
                    $" [InnerObjective] static Tensor F{j}({type} w, {type} h, [Batch] Tensor x, int n) => (w.A.Sin() * h.A * x).Sum();");
            }

            files.Add(text.Append(" }").ToString());
        }

        string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return CSharpCompilation.Create("Program", files.Select((text, i) => CSharpSyntaxTree.ParseText(text, s_options, $"{i}.cs")),
            trusted.Select(path => MetadataReference.CreateFromFile(path)), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    private sealed class IdleGenerator : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context)
        {
            foreach (string attribute in (string[])["Tree", "FixedPointMap", "RootCondition", "InnerObjective", "OuterObjective", "GradientOf"])
            {
                context.RegisterSourceOutput(
                    context.SyntaxProvider.ForAttributeWithMetadataName($"Hyperdiff.{attribute}Attribute", static (_, _) => true, static (_, _) => 0),
                    static (_, _) => { });
            }
        }
    }
}
