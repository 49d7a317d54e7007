using Hyperdiff.Generators.Model;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the module initialiser that makes trees known to <c>Tree.Of</c>.</summary>
internal static class RegistrationEmitter
{
    /// <summary>The name of the only such file of an assembly.</summary>
    public const string File = "Hyperdiff.TreeRegistrations.g.cs";

    /// <summary>The statement that makes the tree of a type known.</summary>
    public static string Registration(TreeType type) => $"global::Hyperdiff.Tree.Register({TreeExpressions.Of(type)});";

    public static string Emit(Registrations model)
    {
        SourceWriter writer = SourceFile.Begin();
        writer.Line("// only what is obsolete itself may name types whose use is an error");
        writer.Line("[global::System.Obsolete]");
        writer.Line(SourceFile.GeneratedCodeAttribute);
        writer.Open("file static class HyperdiffTreeRegistrations");
        writer.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]");
        writer.Open("internal static void Register()");
        foreach (TreeType type in model.Types)
        {
            writer.Line(Registration(type));
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }
}
