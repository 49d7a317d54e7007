using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the tree of a <c>[Tree]</c> record and its operators.</summary>
internal static class TreeEmitter
{
    public static string Emit(TreeModel model)
    {
        // within the record its bare name means the record: C# lets no member bear it
        string self = model.Hierarchy.Type.Name;
        return SourceFile.Emit(model.Hierarchy, $" : global::Hyperdiff.ITree<{model.Hierarchy.QualifiedName}>", writer =>
        {
            writer.Line("/// <summary>How the record is made of tensors.</summary>");
            writer.Line(SourceFile.GeneratedCodeAttribute);
            writer.Line($"public static {(model.HidesInherited ? "new " : string.Empty)}global::Hyperdiff.Tree<{self}> Tree => {model.Nested}.Instance;");
            writer.Line();
            Operators(writer, model, self);
            Tree(writer, model.Members, model.Nested, self, model.Inheritable);
        });
    }

    private static void Operators(SourceWriter writer, TreeModel model, string self)
    {
        (TreeOperators Operator, string Summary, string Parameters, string Symbol, string Call)[] all =
        [
            (TreeOperators.Add, "Adds leaf by leaf.", $"{self} left, {self} right", "+", "Add(Tree, left, right)"),
            (TreeOperators.Subtract, "Subtracts leaf by leaf.", $"{self} left, {self} right", "-", "Subtract(Tree, left, right)"),
            (TreeOperators.ScaleByTensor, "Multiplies every leaf by a scalar tensor.", $"global::Hyperdiff.Tensor scalar, {self} tree", "*",
                "Scale(Tree, scalar, tree)"),
            (TreeOperators.ScaleByNumber, "Multiplies every leaf by a number.", $"double scalar, {self} tree", "*", "Scale(Tree, scalar, tree)"),
            (TreeOperators.ScaledByTensor, "Multiplies every leaf by a scalar tensor.", $"{self} tree, global::Hyperdiff.Tensor scalar", "*",
                "Scale(Tree, scalar, tree)"),
            (TreeOperators.ScaledByNumber, "Multiplies every leaf by a number.", $"{self} tree, double scalar", "*", "Scale(Tree, scalar, tree)"),
        ];
        foreach ((TreeOperators @operator, string summary, string parameters, string symbol, string call) in all)
        {
            bool isOfInterface = @operator is TreeOperators.Add or TreeOperators.Subtract or TreeOperators.ScaleByTensor or TreeOperators.ScaleByNumber;
            if (isOfInterface && ((model.ByReference | model.OtherResult) & @operator) != 0)
            {
                string[] names = [.. parameters.Split(',').Select(parameter => parameter.Substring(parameter.LastIndexOf(' ') + 1))];
                string result = (model.ByReference & @operator) != 0 ? $"{names[0]} {symbol} {names[1]}" : $"global::Hyperdiff.VectorSpace.{call}";
                writer.Line(SourceFile.GeneratedCodeAttribute);
                writer.Line($"static {self} global::Hyperdiff.ITree<{self}>.operator {symbol}({parameters}) => {result};");
                writer.Line();
            }

            if ((model.Written & @operator) == 0)
            {
                writer.Line($"/// <summary>{summary}</summary>");
                writer.Line(SourceFile.GeneratedCodeAttribute);
                writer.Line($"public static {self} operator {symbol}({parameters}) => global::Hyperdiff.VectorSpace.{call};");
                writer.Line();
            }
        }
    }

    /// <summary>The class that flattens and rebuilds values.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="members">What the structure consists of.</param>
    /// <param name="nested">The name of the class.</param>
    /// <param name="self">The type of the values.</param>
    /// <param name="inheritable">Whether a value may be of a derived type.</param>
    public static void Tree(SourceWriter writer, IReadOnlyList<TreeMember> members, string nested, string self, bool inheritable)
    {
        writer.Line(SourceFile.GeneratedCodeAttribute);
        writer.Open($"private sealed class {nested} : global::Hyperdiff.Tree<{self}>");
        writer.Line($"internal static readonly {nested} Instance = new();");
        writer.Line();
        writer.Open($"public override void Flatten({self} value, global::Hyperdiff.LeafWriter writer)");
        if (inheritable)
        {
            writer.Open($"if (value.GetType() != typeof({self}))");
            writer.Line("// what a derived record adds would be lost without a word");
            writer.Line(
                $"throw new global::System.ArgumentException($\"The tree of {self} was given a {{value.GetType()}}; mark that record [Tree], and use its own "
                    + $"tree.\", nameof(value));");
            writer.Close();
            writer.Line();
        }

        foreach (TreeMember member in members)
        {
            writer.Line(TreeExpressions.Write(member.Name, TreeExpressions.Access("value", member.Name), member.Tree, member.Frozen));
        }

        writer.Close();
        writer.Line();
        writer.Line("// members are read in the order in which they were written: arguments are evaluated from left to right");
        string[] arguments = [.. members.Where(member => member.Positional).Select(Read)];
        string[] others = [.. members.Where(member => !member.Positional).Select(member => $"{TypeNames.Escape(member.Name)} = {Read(member)}")];
        string end = others.Length == 0 ? ");" : $") {{ {string.Join(", ", others)} }};";
        string header = $"public override {self} Rebuild({self} prototype, global::Hyperdiff.LeafReader reader) => new(";
        writer.List(arguments.Length == 0 ? header + end : header, arguments, end);
        writer.Close();
    }

    private static string Read(TreeMember member) => TreeExpressions.Read(TreeExpressions.Access("prototype", member.Name), member.Tree);
}
