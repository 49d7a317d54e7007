using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Prints what stands for the user's records, and how lifted values are read from leaves, written to them and chosen.</summary>
internal sealed class MirrorEmitter(LiftedProgram program, SourceWriter writer)
{
    public void Emit(INamedTypeSymbol type, CancellationToken cancellation)
    {
        string name = program.Mirror(type);
        (ISymbol Symbol, ITypeSymbol Type)[] members = [.. TreeParser.Members(type, cancellation)];
        (ISymbol Symbol, ITypeSymbol Type)[] positional = [.. members.Where(member => member.Symbol is IParameterSymbol)];
        writer.Open($"private struct {name}");
        foreach ((ISymbol member, ITypeSymbol memberType) in members)
        {
            writer.Line($"internal {program.TypeOf(memberType)} {TypeNames.Escape(member.Name)};");
        }

        if (positional.Length > 0)
        {
            string parameters = string.Join(", ", positional.Select(member => $"{program.TypeOf(member.Type)} {Parameter(member.Symbol)}"));
            writer.Open($"internal {name}({parameters})");
            foreach ((ISymbol member, ITypeSymbol _) in positional)
            {
                writer.Line($"this.{TypeNames.Escape(member.Name)} = {Parameter(member)};");
            }

            writer.Close();
            writer.Open($"internal void Deconstruct({string.Join(", ", positional.Select(member =>
                $"out {program.TypeOf(member.Type)} {Parameter(member.Symbol)}"))})");
            foreach ((ISymbol member, ITypeSymbol _) in positional)
            {
                writer.Line($"{Parameter(member)} = this.{TypeNames.Escape(member.Name)};");
            }

            writer.Close();
        }

        writer.Close();
        Members($"{name} Read_{name}({TypeNames.Qualified(type)} like, global::Hyperdiff.LeafReader reader)", name, members,
            (memberType, member) => Read(memberType, $"like.{member}"));
        Members($"{name} Rebuild_{name}({name} like, global::Hyperdiff.LeafReader reader)", name, members,
            (memberType, member) => Rebuild(memberType, $"like.{member}"));
        writer.Open($"private static void Write_{name}({name} value, global::Hyperdiff.LeafWriter writer)");
        foreach ((ISymbol member, ITypeSymbol memberType) in members)
        {
            Write(memberType, $"value.{TypeNames.Escape(member.Name)}");
        }

        writer.Close();
        Members($"{name} Choose_{name}({LiftedNames.Truth} condition, {name} left, {name} right)", name, members,
            (memberType, member) => Choose(program, memberType, "condition", $"left.{member}", $"right.{member}"));
    }

    // a function that makes a value member by member
    private void Members(string header, string name, (ISymbol Symbol, ITypeSymbol Type)[] members, Func<ITypeSymbol, string, string> make)
    {
        writer.Open($"private static {header}");
        writer.Line($"{name} value = default;");
        foreach ((ISymbol member, ITypeSymbol type) in members)
        {
            string field = TypeNames.Escape(member.Name);
            writer.Line($"value.{field} = {make(type, field)};");
        }

        writer.Line("return value;");
        writer.Close();
    }

    /// <summary>The expression that reads a value from the next leaves; the prototype has its static members and lengths.</summary>
    public string Read(ITypeSymbol type, string like) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Number => $"{LiftedNames.Number}.Of(reader.Leaf())",
        LiftedKind.Numbers => $"{LiftedNames.Numbers}.Of(reader.Leaf())",
        LiftedKind.Tensor => "reader.Leaf()",
        LiftedKind.Array => $"global::System.Array.ConvertAll({like}, item => {Read(((IArrayTypeSymbol)type).ElementType, "item")})",
        LiftedKind.Tuple => "(" + string.Join(", ", ((INamedTypeSymbol)type).TupleElements.Select((element, i) =>
            Read(element.Type, $"{like}.Item{i + 1}"))) + ")",
        LiftedKind.Record => $"Read_{program.Mirror((INamedTypeSymbol)type)}({like}, reader)",
        _ when TreeTypes.IsStatic(type) => $"({program.TypeOf(type)})({like})",
        _ => TreeTypes.Of(type, out _) is { } tree ? $"reader.Child({TreeExpressions.Of(tree)}, {like})" : like,
    };

    /// <summary>The expression that reads a value from the next leaves, like another lifted one.</summary>
    public string Rebuild(ITypeSymbol type, string like) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Array => $"global::System.Array.ConvertAll({like}, item => {Rebuild(((IArrayTypeSymbol)type).ElementType, "item")})",
        LiftedKind.Tuple => "(" + string.Join(", ", ((INamedTypeSymbol)type).TupleElements.Select((element, i) =>
            Rebuild(element.Type, $"{like}.Item{i + 1}"))) + ")",
        LiftedKind.Record => $"Rebuild_{program.Mirror((INamedTypeSymbol)type)}({like}, reader)",
        LiftedKind.Integer or LiftedKind.Truth => like,
        _ => Read(type, like),
    };

    /// <summary>Writes the leaves of a value.</summary>
    public void Write(ITypeSymbol type, string value)
    {
        switch (LiftedTypes.KindOf(type))
        {
            case LiftedKind.Number or LiftedKind.Numbers:
                writer.Line($"writer.Leaf({value}.AsTensor());");
                break;
            case LiftedKind.Tensor:
                writer.Line($"writer.Leaf({value});");
                break;
            case LiftedKind.Array:
                writer.Open($"foreach (var item in {value})");
                Write(((IArrayTypeSymbol)type).ElementType, "item");
                writer.Close();
                break;
            case LiftedKind.Tuple:
                foreach ((IFieldSymbol element, int i) in ((INamedTypeSymbol)type).TupleElements.Select((element, i) => (element, i)))
                {
                    Write(element.Type, $"{value}.Item{i + 1}");
                }

                break;
            case LiftedKind.Record:
                writer.Line($"Write_{program.Mirror((INamedTypeSymbol)type)}({value}, writer);");
                break;
            default:
                if (!TreeTypes.IsStatic(type) && TreeTypes.Of(type, out _) is { } tree)
                {
                    writer.Line($"writer.Child(\"\", {TreeExpressions.Of(tree)}, {value});");
                }

                break;
        }
    }

    /// <summary>The expression that chooses among two values, both of which are variables.</summary>
    public static string Choose(LiftedProgram program, ITypeSymbol type, string condition, string left, string right) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Tuple => "(" + string.Join(", ", ((INamedTypeSymbol)type).TupleElements.Select((element, i) =>
            Choose(program, element.Type, condition, $"{left}.Item{i + 1}", $"{right}.Item{i + 1}"))) + ")",
        LiftedKind.Record => $"Choose_{program.Mirror((INamedTypeSymbol)type)}({condition}, {left}, {right})",
        _ => $"{LiftedNames.Call}.Choose({condition}, {left}, {right})",
    };

    // a parameter may be called like the field
    private static string Parameter(ISymbol member) => "p_" + member.Name;
}
