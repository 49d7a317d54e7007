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
            writer.Line();
            Tree(writer, model.Members, model.Nested, self);
        });
    }

    private static void Operators(SourceWriter writer, TreeModel model, string self)
    {
        (TreeOperators Operator, string Parameters, string Symbol, string Call)[] all =
        [
            (TreeOperators.Add, $"{self} left, {self} right", "+", "Add(left, right)"),
            (TreeOperators.Subtract, $"{self} left, {self} right", "-", "Subtract(left, right)"),
            (TreeOperators.ScaleByTensor, $"global::Hyperdiff.Tensor scalar, {self} tree", "*", "Scale(scalar, tree)"),
            (TreeOperators.ScaleByNumber, $"double scalar, {self} tree", "*", "Scale(scalar, tree)"),
            (TreeOperators.ScaledByTensor, $"{self} tree, global::Hyperdiff.Tensor scalar", "*", "Scale(scalar, tree)"),
            (TreeOperators.ScaledByNumber, $"{self} tree, double scalar", "*", "Scale(scalar, tree)"),
        ];
        foreach ((TreeOperators @operator, string parameters, string symbol, string call) in all)
        {
            bool isOfInterface = @operator is TreeOperators.Add or TreeOperators.Subtract or TreeOperators.ScaleByTensor or TreeOperators.ScaleByNumber;
            if (isOfInterface && ((model.ByReference | model.OtherResult) & @operator) != 0)
            {
                string[] names = [.. parameters.Split(',').Select(parameter => parameter.Substring(parameter.LastIndexOf(' ') + 1))];
                string result = (model.ByReference & @operator) != 0 ? $"{names[0]} {symbol} {names[1]}" : $"global::Hyperdiff.VectorSpace.{call}";
                writer.Line(SourceFile.GeneratedCodeAttribute);
                writer.Line($"static {self} global::Hyperdiff.ITree<{self}>.operator {symbol}({parameters}) => {result};");
            }

            if ((model.Written & @operator) == 0)
            {
                writer.Line(isOfInterface ? "/// <inheritdoc/>" : "/// <summary>The same with the scalar behind.</summary>");
                writer.Line(SourceFile.GeneratedCodeAttribute);
                writer.Line($"public static {self} operator {symbol}({parameters}) => global::Hyperdiff.VectorSpace.{call};");
            }
        }
    }

    /// <summary>The class that flattens and rebuilds values.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="members">What the structure consists of.</param>
    /// <param name="nested">The name of the class.</param>
    /// <param name="self">The type of the values.</param>
    public static void Tree(SourceWriter writer, IReadOnlyList<TreeMember> members, string nested, string self)
    {
        writer.Line(SourceFile.GeneratedCodeAttribute);
        writer.Open($"private sealed class {nested} : global::Hyperdiff.RecordTree<{self}>");
        writer.Line($"internal static readonly {nested} Instance = new();");
        writer.Open($"protected override void Write({self} value, global::Hyperdiff.LeafWriter writer)");
        foreach (TreeMember member in members)
        {
            writer.Line(TreeExpressions.Write(member.Name, TreeExpressions.Access("value", member.Name), member.Tree, member.Frozen));
        }

        // members are read in the order in which they were written: arguments are evaluated from left to right
        string arguments = string.Join(", ", members.Where(member => member.Positional).Select(Read));
        string[] others = [.. members.Where(member => !member.Positional).Select(member => $"{TypeNames.Escape(member.Name)} = {Read(member)}")];
        string initializer = others.Length == 0 ? string.Empty : $" {{ {string.Join(", ", others)} }}";
        writer.Close();
        writer.Line($"public override {self} Rebuild({self} prototype, global::Hyperdiff.LeafReader reader) => new({arguments}){initializer};");
        writer.Close();
    }

    private static string Read(TreeMember member) => TreeExpressions.Read(TreeExpressions.Access("prototype", member.Name), member.Tree);
}
