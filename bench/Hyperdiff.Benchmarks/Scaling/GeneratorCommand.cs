using System.CommandLine;
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
    private const int Warmup = 40;
    private const int Edits = 40;
    private const int EditedFiles = 20;

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest);

    // what is emitted stays
    private static readonly (string Name, Func<string, string> Of)[] s_edits =
    [
        ("a body", static text => text.Replace("Sin()", "Cos().Sin()", StringComparison.Ordinal)),
        ("a declaration", static text => text.Insert(text.LastIndexOf('}'), $"private static int More{text.Length}() => 1; ")),
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var methods = new Option<int>("--methods") { Description = "Annotated methods.", DefaultValueFactory = _ => 500 };
        var records = new Option<int>("--records") { Description = "[Tree] records.", DefaultValueFactory = _ => 200 };
        var command = new Command("generator", "Times the source generator, cold and after edits, beside one that does nothing.") { methods, records };
        command.SetAction(parsed =>
        {
            CSharpCompilation program = Program(parsed.GetValue(methods), parsed.GetValue(records));
            GeneratorDriver generator = Driver(new HyperdiffGenerator());
            GeneratorDriver floor = Driver(new IdleGenerator());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"cold {Time(ref generator, program):F0} ms, floor {Time(ref floor, program):F0} ms"));
            Size(generator);
            foreach ((string name, Func<string, string> of) in s_edits)
            {
                Edit(name, of, program, generator, floor);
            }
        });
        return command;
    }

    private static void Size(GeneratorDriver driver)
    {
        var files = driver.GetRunResult().Results.Single().GeneratedSources.ToLookup(
            file => file.HintName.Contains(".Tree.", StringComparison.Ordinal) ? "trees"
                : file.HintName.Contains("Objective", StringComparison.Ordinal) ? "forms" : "registrations",
            file => file.SourceText.ToString());
        foreach (IGrouping<string, string> kind in files)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind.Count()} {kind.Key}: {kind.Average(text => text.Count(sign => sign == '\n')):F0} lines, "
                    + $"{kind.Average(text => text.Length):F0} characters each"));
        }
    }

    // in turns, so that neither has the quieter machine; processor time, which others on the machine disturb less
    private static void Edit(string name, Func<string, string> of, CSharpCompilation program, GeneratorDriver generator, GeneratorDriver floor)
    {
        var times = new List<double>();
        var floorTimes = new List<double>();
        for (int i = 0; i < Warmup + Edits; i++)
        {
            SyntaxTree edited = program.SyntaxTrees[program.SyntaxTrees.Length - 1 - (i % EditedFiles)];
            program = program.ReplaceSyntaxTree(edited, CSharpSyntaxTree.ParseText(of(edited.ToString()), s_options, edited.FilePath));

            // what a compilation finds out of itself, it does not find out twice
            double time = Time(ref generator, program);
            double floorTime = Time(ref floor, program.Clone());
            if (i >= Warmup)
            {
                times.Add(time);
                floorTimes.Add(floorTime);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"after an edit of {name}: {times.Order().ElementAt(Edits / 2):F1} ms, least {times.Min():F1}; "
                + $"floor {floorTimes.Order().ElementAt(Edits / 2):F1} ms, least {floorTimes.Min():F1}"));
    }

    private static CSharpGeneratorDriver Driver(IIncrementalGenerator generator) =>
        CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: s_options);

    private static double Time(ref GeneratorDriver driver, CSharpCompilation program)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        driver = driver.RunGenerators(program);
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
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
