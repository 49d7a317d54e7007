using Hyperdiff.Generators.Model;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the module initialiser that makes trees known to <c>Tree.Of</c>.</summary>
internal static class RegistrationEmitter
{
    public static string Emit(Registrations model)
    {
        SourceWriter writer = SourceFile.Begin();
        writer.Line("namespace Hyperdiff.Generated;");
        writer.Line();
        writer.Line(SourceFile.GeneratedCodeAttribute);
        writer.Open("file static class TreeRegistrations");
        writer.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]");
        writer.Open("internal static void Register()");
        foreach (TreeType type in model.Types)
        {
            writer.Line($"global::Hyperdiff.Tree.Register({TreeExpressions.Of(type)});");
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }
}
