using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Prints the lifted form of a <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method: the derivative of the lifted function in its first
/// argument.</summary>
internal sealed class DerivativeLifter(LiftedProgram program, SourceWriter writer)
{
    public void Emit(IMethodSymbol method, (IMethodSymbol Function, DerivativeKind Kind) of, bool[] dependent, string name)
    {
        ITypeSymbol state = of.Function.Parameters[0].Type;
        var values = new MirrorEmitter(program, writer);
        string parameters = string.Join(", ", method.Parameters.Select((parameter, i) => $"{program.TypeOf(parameter.Type)} argument_{i}"));
        writer.Open($"private static {program.TypeOf(method.ReturnType)} {name}({LiftedNames.Call} call, {parameters})");
        writer.Open($"static global::Hyperdiff.LeafWriter Leaves({program.TypeOf(state)} value)");
        writer.Line("var writer = new global::Hyperdiff.LeafWriter(string.Empty);");
        values.Write(state, "value");
        writer.Line("return writer;");
        writer.Close();

        int own = of.Function.Parameters.Length;
        dependent[0] = true;
        string? lifted = program.Method(of.Function, [.. dependent.Take(own)], program.Body(of.Function)!);
        string rest = string.Concat(Enumerable.Range(1, own - 1).Select(i => $", argument_{i}"));
        string result = $"{lifted}(call, {values.Rebuild(state, "argument_0")}{rest})";
        string scalar = of.Function.ReturnType.SpecialType == SpecialType.System_Double ? ".AsTensor()" : string.Empty;
        writer.List($"var reader = {LiftedNames.Call}.{of.Kind}(",
            ["Leaves(argument_0)", "reader => " + (of.Kind == DerivativeKind.Pullback ? $"Leaves({result})" : result + scalar),
                .. of.Kind == DerivativeKind.Gradient ? (string[])[] : [$"Leaves(argument_{own})"]],
            ");");
        writer.Line($"return {values.Rebuild(state, "argument_0")};");
        writer.Close();
    }
}
