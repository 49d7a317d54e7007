using Hyperdiff.Generators.Emission;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Prints the lifted form of a <c>[GradientOf]</c> method: the gradient of the lifted objective in its first argument.</summary>
internal sealed class GradientLifter(LiftedProgram program, SourceWriter writer)
{
    public void Emit(IMethodSymbol gradient, IMethodSymbol objective, bool[] dependent, string name)
    {
        ITypeSymbol state = objective.Parameters[0].Type;
        var values = new MirrorEmitter(program, writer);
        string parameters = string.Join(", ", gradient.Parameters.Select((parameter, i) => $"{program.TypeOf(parameter.Type)} argument_{i}"));
        writer.Open($"private static {program.TypeOf(gradient.ReturnType)} {name}({LiftedTypes.Call} call, {parameters})");
        writer.Line("var writer = new global::Hyperdiff.LeafWriter(string.Empty);");
        values.Write(state, "argument_0");
        dependent[0] = true;
        string? lifted = program.Method(objective, dependent, program.Body(objective)!);
        writer.Open($"var reader = {LiftedTypes.Call}.Gradient(writer, reader =>");
        writer.Line($"var state = {values.Rebuild(state, "argument_0")};");
        string rest = string.Concat(gradient.Parameters.Skip(1).Select((_, i) => $", argument_{i + 1}"));
        writer.Line($"return {lifted}(call, state{rest}).AsTensor();");
        writer.Close(");");
        writer.Line($"return {values.Rebuild(state, "argument_0")};");
        writer.Close();
    }
}
