using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff.Tests.Json;

/// <summary>Evidence as JSON: everything that says how far a number is to be trusted serializes without options, and plain data is read back.</summary>
public sealed class JsonEvidenceTests
{
    private static readonly Type[] s_public = [.. typeof(SolveReport).Assembly.GetExportedTypes()];

    private static readonly Type[] s_values = [.. s_public.Where(type => type.GetInterfaces().Any(
        face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IJsonValue<>)))];

    // what holds reports or warnings, and is none of the evidence itself: exceptions, and what belongs to graphs, rules of the user's and running computations
    private static readonly string[] s_noEvidence =
    [
        nameof(SolveException), "GraphResult", "InnerSolution", "LinearMap", "Linearized`2", "PreparedSolver", "ConditionOracle", "ResidualHistory",
        "BestResponseJacobian`2",
    ];

    public static TheoryData<Type> Enums => [.. s_public.Where(type => type.IsEnum)];

    public static TheoryData<Type> Values => [.. s_values];

    [Theory]
    [MemberData(nameof(Enums))]
    public void EveryChoice_IsAWord(Type type)
    {
        foreach (object value in Enum.GetValues(type))
        {
            string json = JsonSerializer.Serialize(value, type);

            Assert.Equal($"\"{(value is DType dtype ? dtype.Name() : value)}\"", json);
            Assert.Equal(value, JsonSerializer.Deserialize(json, type));
        }

        foreach (string bad in (string[])["\"Convergd\"", "0", "null", "\"\"", "\"converged\""])
        {
            var exception = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(bad, type));
            Assert.StartsWith(type.Name, exception.Message, StringComparison.Ordinal);
        }

        Assert.ThrowsAny<Exception>(() => JsonSerializer.Serialize(Enum.ToObject(type, 99), type));
    }

    [Fact]
    public void Choices_AreKeys()
    {
        var counts = new Dictionary<SolveStatus, int> { [SolveStatus.Converged] = 3, [SolveStatus.NotAMinimum] = 1 };
        var types = new Dictionary<DType, int> { [DType.Float32] = 2 };

        Assert.Equal("""{"Converged":3,"NotAMinimum":1}""", JsonSerializer.Serialize(counts));
        Assert.Equal(counts, JsonSerializer.Deserialize<Dictionary<SolveStatus, int>>(JsonSerializer.Serialize(counts)));
        Assert.Equal(types, JsonSerializer.Deserialize<Dictionary<DType, int>>(JsonSerializer.Serialize(types)));
        Assert.Contains("none of", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<SolveStatus, int>>("""{"Done":1}""")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void EverythingThatHoldsEvidence_HasAForm()
    {
        Type[] evidence = [.. s_public.Where(type => !type.IsAbstract || type.Name == "HypergradientResult`2").Where(
            type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Any(property => IsEvidence(property.PropertyType)))];

        Assert.True(evidence.Length > 15);
        Assert.DoesNotContain(evidence, type =>
            !s_noEvidence.Contains(type.Name) && type.GetCustomAttribute<JsonConverterAttribute>(inherit: false) is null);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void EveryPlainValue_IsReadBack(Type type)
    {
        object value = Assert.Single(Samples, sample => sample.GetType() == type);
        string json = JsonSerializer.Serialize(value, type);
        object back = JsonSerializer.Deserialize(json, type)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, type));
        if (value is not (Tensor or Leaf or StepRecord or DerivativeCheck or ErrorCertificate or Explanation))
        {
            Assert.Equal(value, back);
        }
    }

    // each field left out, doubled, misspelt, of another kind
    [Theory]
    [MemberData(nameof(Values))]
    public void EveryFieldThatIsWrong_IsNamed(Type type)
    {
        object value = Samples.Single(sample => sample.GetType() == type);
        if (JsonSerializer.SerializeToNode(value, type) is not JsonObject fields)
        {
            return;
        }

        foreach (string field in fields.Select(pair => pair.Key))
        {
            var wrong = (JsonObject)fields.DeepClone();
            wrong[field] = new JsonObject { ["what"] = 1 };
            bool ignored = field is "passed" or "recommended" or "reason" && type != typeof(ErrorCertificate);
            if (!ignored)
            {
                Assert.StartsWith($"{type.Name}.{field}", Bad(wrong), StringComparison.Ordinal);
            }

            var misspelt = (JsonObject)fields.DeepClone();
            misspelt.Remove(field);
            misspelt[$"{field}x"] = fields[field]!.DeepClone();
            Assert.Contains($"there is no field \"{field}x\"", Bad(misspelt), StringComparison.Ordinal);
        }

        string Bad(JsonObject json) => Assert.Throws<JsonException>(() => json.Deserialize(type)).Message;
    }

    [Fact]
    public void AStep_IsWhatPeopleExpect()
    {
        JsonNode json = JsonSerializer.SerializeToNode(Samples.OfType<StepRecord>().Single())!;

        Assert.Equal("RolledBack", (string?)json["outcome"]);
        Assert.Equal("Infinity", (string?)json["gradientError"]);
        Assert.Equal(0.25, (double?)json["validation"]);
        Assert.Equal(1.5, (double?)json["elapsedSeconds"]);
        Assert.Equal("MaxIterations", (string?)json["reports"]![0]!["status"]);
        Assert.False((bool?)json["isTrusted"]);
        Assert.Equal("Weights.W", (string?)json["hyper"]![0]!["name"]);
        Assert.Null(JsonSerializer.SerializeToNode(new StepRecord { Step = 0, Value = 1, GradientNorm = 2 })!["validation"]);
    }

    [Fact]
    public void NestedFaults_NameTheirPlace()
    {
        string json = JsonSerializer.Serialize(Samples.OfType<StepRecord>().Single()).Replace("MaxIterations", "MaxIteration", StringComparison.Ordinal);
        var exception = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<StepRecord>(json));

        Assert.StartsWith("StepRecord.reports[0].status: \"MaxIteration\" stands where one of the words Converged, MaxIterations", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AHypergradient_IsItsNumbersAndItsEvidence()
    {
        (BilevelProblem<Tensor, Tensor> problem, Tensor start, Tensor hyper) = Problem();
        HypergradientResult<Tensor, Tensor> result = Hypergradient.Implicit().Compute(problem, start, hyper);
        JsonNode json = JsonSerializer.SerializeToNode(result, result.GetType())!;

        Assert.Equal(result.Value, (double?)json["value"]);
        Assert.True((bool?)json["converged"]);
        Assert.Equal(result.Gradient.ToArray<double>(), json["gradient"]![0]!["value"].Deserialize<Tensor>()!.ToArray<double>());
        Assert.Equal(result.Reports.AsEnumerable(), json["reports"].Deserialize<ImmutableArray<SolveReport>>());
        Assert.Contains("computation", Assert.Throws<JsonException>(
            () => json.Deserialize<ImplicitHypergradient<Tensor, Tensor>>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryResult_IsWritten()
    {
        (BilevelProblem<Tensor, Tensor> problem, Tensor start, Tensor hyper) = Problem();
        var implicitly = Hypergradient.Implicit().Compute(problem, start, hyper);
        object[] results =
        [
            implicitly, ((ImplicitHypergradient<Tensor, Tensor>)implicitly).EstimateError(),
            Diff.GradWithReport((Tensor x) => x.Square().Sum(), hyper), Diff.ValueAndGrad((Tensor x) => x.Square().Sum(), hyper),
            Diff.VmapWithReports((Tensor x) => x.Sum(), Tensor.Ones([2, 2])),
            LinearSolver.Gmres().Solve(LinearOperator.From(x => 2 * x, new TensorType(DType.Float64, [2])), [Tensor.Ones([2])]),
        ];

        Assert.All(results, result => Assert.NotEmpty(JsonSerializer.SerializeToNode(result, result.GetType())!.AsObject()));
    }

    private static (BilevelProblem<Tensor, Tensor> Problem, Tensor Start, Tensor Hyper) Problem()
    {
        var inner = Objective.From((Tensor w, Tensor h) => (w - h).Square().Sum() + w.Square().Sum());
        var outer = Objective.From((Tensor w, Tensor h) => (w - 1).Square().Sum());
        return (Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([2]), Tensor.From([1.0, 3.0]));
    }

    private static object[] Samples =>
    [
        Tensor.From([1.5, double.NaN]), new Shape(2, 0), new TensorType(DType.Int32, [3]), new Leaf("Weights.W", Tensor.Eye(2), IsFrozen: true),
        ErrorInterval.Unknown, new Kink("`Relu` at 0", 3, 1L << 40), new SolveProgress(3, 1e-300, double.PositiveInfinity, "inner, a <solver>"), Report,
        new HypergradientWarning(WarningKind.Kink, "a \"quoted\" & <text> ∇ℓ"),
        new CheckedDerivative("f", "w", "forward", 1.0 / 3, double.NaN, 1e-8, CheckOutcome.Inconclusive, ""),
        new ExplainedMethod("Implicit", true, long.MaxValue, 7, TimeSpan.FromTicks(12345678901234), 8, "note"),
        new MixedProductReport("exactly", SolveStatus.Converged, double.NaN, double.NaN, 0, 2, 0), new OracleCounts(1, 2, 3, long.MaxValue),
        new DescentCondition("μ > 0", false, "μ = 0"),
        JsonSerializer.Deserialize<ErrorCertificate>("""{"isCertified":true,"bound":1e-3,"stateBound":0.5,"reason":"given"}""")!,
        new DerivativeCheck([new CheckedDerivative("f", "w", "forward", 1, 1, 1e-8, CheckOutcome.Pass, "")], "seed 1"),
        new Explanation([new ExplainedMethod("Implicit", true, 1, 2, TimeSpan.FromSeconds(1), 3, "")])
        {
            States = 2, Hypers = 3, InnerResidual = 0.5, Asymmetry = double.NaN, IsSymmetric = true, Curvature = 0.1, IsSingular = null, Contraction = 0.3,
            Times = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)), ProductBytes = 100,
        },
        new StepRecord
        {
            Step = 41, Value = -0.1, GradientNorm = 1e-300, GradientError = double.PositiveInfinity, Validation = 0.25, Outcome = StepOutcome.RolledBack,
            Attempts = 3, Reports = [Report], Warnings = [new HypergradientWarning(WarningKind.NotUnique, "not unique")],
            Hyper = [new Leaf("Weights.W", Tensor.From([1.0, double.NaN]), false), new Leaf("Weights.Mask", Tensor.From([true, false]), true)],
            Elapsed = TimeSpan.FromSeconds(1.5),
        },
    ];

    private static SolveReport Report => new("inner, Newton-CG of f", SolveStatus.MaxIterations, 7, 1e-3, 1e-8, 11, 2, double.NaN)
    {
        Error = ErrorInterval.Unknown,
        Kind = SolverKind.NewtonMinimizer,
    };

    private static bool IsEvidence(Type type)
    {
        Type element = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) ? type.GetGenericArguments()[0] : type;
        return element == typeof(SolveReport) || element == typeof(HypergradientWarning) || element == typeof(Kink) || element == typeof(ErrorInterval)
            || element == typeof(CheckedDerivative) || element == typeof(ExplainedMethod) || element == typeof(SolveStatus);
    }
}
