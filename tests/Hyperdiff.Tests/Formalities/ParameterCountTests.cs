using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Tests.Formalities;

/// <summary>A method that must be given more than four things takes a record of what travels together, or says here why not.</summary>
public sealed class ParameterCountTests
{
    private const int Most = 4;

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly (string Reason, string[] Methods)[] s_reasons =
    [
        ("called by generated code, with one argument for each thing that was declared",
            ["ConditionForm`3..ctor", "DifferentiableFunction`2..ctor", "LiftedCall.Loop", "MapForm`3..ctor", "MapForm`4..ctor", "ObjectiveForm`3..ctor",
                "ObjectiveForm`4..ctor"]),
        ("one per component", ["Tree.Tuple"]),
        ("the numbers of its source, each with a name there", ["Descent.Bvfsm"]),
        ("the parts of the format, as every library of sparse matrices takes them", ["CsrMatrix.FromCoordinates"]),
        ("the parts of a result or a function, put together by what computes it and nowhere else",
            ["BestResponseJacobian`2..ctor", "DescentSolution`2..ctor", "DescentState`2..ctor", "Dynamics`2..ctor", "LevelGradient`1..ctor",
                "Linearized`2..ctor", "OptimizerState`1..ctor", "OuterSolution`2..ctor"]),
        ("the fields of what a kernel, or a step of a plan, works on, set in one place",
            ["BlasTiles`1..ctor", "Block..ctor", "NormalProductStep`1..ctor", "OnePassStep`1..ctor", "OperationStep..ctor",
                "ProductProblem`1..ctor", "ProductStep`1..ctor", "Tile..ctor", "TileGrid..ctor", "TileProgram..ctor", "Work..ctor"]),
        ("the signature of a table's lines", ["ReductionFamily.Make"]),
        ("spans, which no record can hold, with their sizes",
            ["BlockedKernels`1.Copy", "BlockedQr.Factor", "GatherOrder.Transpose", "LoopRun..ctor", "LuElimination.Solve", "Products.InBasis",
                "Refinement.TryRefine", "RowCounter`2.Take", "Strided.Gather", "Strided.Scatter", "TriangularSubstitution.Gather",
                "TriangularSubstitution.Scatter", "Turning.Turn"]),
        ("a step of a numerical algorithm: arrays, with sizes and numbers that its loops change", ["MinorSum.Place"]),
        ("a kernel: pointers, steps and accumulators are in registers",
            ["ManagedKernels`3.Multiply", "MaskVectors.Choose", "MaskVectors.ChooseTwo", "MatrixProduct.Multiply", "NormalRows`5.Begin",
                "NormalRows`5.Multiply", "PanelPacking`3.CopyColumns", "PanelPacking`3.CopyRows", "PanelPacking`3.Pack", "PanelPacking`3.PackWide",
                "PanelPacking`3.TurnLines", "ProductPieces`1.Multiply", "RecurrenceLines`3.Block", "RecurrenceLines`3.Next", "RegisterTile`6.Row",
                "RowKernels`3.Add", "RowKernels`3.AddRows", "RowKernels`3.Combine", "RowKernels`3.Dots", "RowKernels`3.Sum", "Strips.MultiplyPanel",
                "Strips.Panel", "Work.Dots", "Work.Scatter"]),
    ];

    [Fact]
    public void NoMethod_MustBeGivenMoreThanFourThings_WithoutAReason()
    {
        string[] found =
        [
            .. from type in typeof(Tensor).Assembly.GetTypes()
               where !IsMade(type) && !typeof(Delegate).IsAssignableFrom(type)
               from method in type.GetMembers(Declared).OfType<MethodBase>()
               where !IsMade(method) && method.Name != "Deconstruct" && !(method.IsConstructor && IsRecord(type)) && !IsOverride(method)
               where method.GetParameters().Count(parameter => !parameter.IsOptional) > Most
               select $"{type.Name}.{method.Name}",
        ];

        Assert.Equal(s_reasons.SelectMany(reason => reason.Methods).Order(StringComparer.Ordinal), found.Distinct().Order(StringComparer.Ordinal));
    }

    private static bool IsMade(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal)
        || (member.DeclaringType is { } outer && outer != member && member is Type && IsMade(outer));

    // its fields have names, and are given by them
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared) is not null;

    private static bool IsOverride(MethodBase method) => method is MethodInfo { IsVirtual: true } info && info.GetBaseDefinition() != info;
}
