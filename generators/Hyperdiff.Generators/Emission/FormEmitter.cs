using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the form of an annotated method, its data, and the member that binds them.</summary>
/// <remarks>Form and data live in a nested class of their own, so that they exist before any static field of the user's class is initialised.</remarks>
internal static class FormEmitter
{
    public static string Emit(FormModel model) => SourceFile.Emit(model.Hierarchy, string.Empty, writer =>
    {
        Member(writer, model);
        writer.Line();
        Attributes(writer, model.Attributes);
        writer.Open($"private static class {model.Form}");
        Form(writer, model);
        Lifted(writer, [model.State, model.Hyper, .. model.Data.Select(parameter => parameter.Tree)], model.Lifted);
        writer.Close();
    });

    /// <summary>Prints the trees of records that have none of their own, and the lifted body.</summary>
    public static void Lifted(SourceWriter writer, IEnumerable<TreeType?> signature, string? body)
    {
        foreach (TreeType record in signature.OfType<TreeType>().SelectMany(Records).GroupBy(record => record.Name).Select(same => same.First()))
        {
            writer.Line();
            TreeEmitter.Tree(writer, record.Members, TreeExpressions.RecordTree(record), record.Name);
        }

        if (body is not null)
        {
            writer.Line();
            writer.Lines(body);
        }
    }

    private static IEnumerable<TreeType> Records(TreeType type)
    {
        IEnumerable<TreeType> inner = type.Parts.Concat(type.Members.Select(member => member.Tree).OfType<TreeType>()).SelectMany(Records);
        return type.Kind == TreeKind.Record ? inner.Append(type) : inner;
    }

    /// <summary>The type of the data: a tuple, which the library knows how to walk.</summary>
    public static string DataType(FormModel model) => model.Data.Count switch
    {
        0 => "global::System.ValueTuple",
        1 => $"global::System.ValueTuple<{model.Data[0].Type}>",
        _ => $"({string.Join(", ", model.Data.Select(parameter => parameter.Type))})",
    };

    private static string DataTree(FormModel model) => model.Data.Count == 0 ? "global::Hyperdiff.Tree.Unit" : TreeExpressions.Named(model.Data);

    private static string Types(FormModel model, string between) =>
        $"<{model.State.Name}, {model.Hyper.Name}{between}{(model.Auxiliary is { } auxiliary ? ", " + auxiliary.Tree.Name : string.Empty)}>";

    private static void Member(SourceWriter writer, FormModel model)
    {
        string call = $"{model.Method}({string.Join(", ", ["w", "λ", .. model.Data.Select(parameter => parameter.Name)])})";
        (string form, string meaning) = model.Kind switch
        {
            FormKind.Map => ("FixedPointMap", $"The fixed-point map of <c>w = {call}</c>."),
            FormKind.Condition => ("RootCondition", $"The condition <c>{call} = 0</c>."),
            _ => ("Objective", $"The objective <c>{call}</c>."),
        };
        writer.Line($"/// <summary>{meaning}{(model.Summary is { } summary ? " " + summary : string.Empty)}</summary>");
        string type = $"global::Hyperdiff.{form}{Types(model, string.Empty)}";
        string header = $"{model.Accessibility} static {type} {model.Member}";
        if (model.Data.Count == 0)
        {
            Attributes(writer, model.Attributes);
            writer.Line($"{header} => {Instance(model.Hierarchy, model.Form)}.Bind({Bound([])});");
            return;
        }

        foreach (DataParameter parameter in model.Data)
        {
            string kind = parameter.Tree is null
                ? "Static argument: each value has a plan of its own." : parameter.Batch ? "Data; the first axis counts samples." : "Data.";
            writer.Line($"/// <param name=\"{parameter.Name}\">{(parameter.Meaning is { } said ? said + " " : string.Empty)}{kind}</param>");
        }

        string parameters = string.Join(", ", model.Data.Select(
            parameter => $"{Parameter(parameter)}{(parameter.Default is { } value ? " = " + value : string.Empty)}"));
        Attributes(writer, model.Attributes);
        writer.Line($"{header}({parameters}) => {Instance(model.Hierarchy, model.Form)}.Bind({Bound([.. model.Data.Select(parameter => parameter.Name)])});");
    }

    /// <summary>A form, where parameters may have any name.</summary>
    public static string Instance(Hierarchy hierarchy, string form) => $"{hierarchy.QualifiedName}.{form}.Instance";

    /// <summary>Arguments for all data of a form, as it takes them.</summary>
    public static string Bound(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "default",
        1 => $"new({TypeNames.Escape(names[0])})",
        _ => $"({string.Join(", ", names.Select(TypeNames.Escape))})",
    };

    private static void Form(SourceWriter writer, FormModel model)
    {
        string data = DataType(model);
        List<string> arguments =
        [
            $"\"{model.Method}\"",
            model.Lifted is null ? Call(model) : "Lifted.Run",
            TreeExpressions.Of(model.State),
            TreeExpressions.Of(model.Hyper),
            DataTree(model),
        ];
        if (model.Auxiliary is { } auxiliary)
        {
            arguments.Add(TreeExpressions.Of(auxiliary.Tree));
        }

        if (model.Kind == FormKind.Objective)
        {
            arguments.AddRange(model.Data.Where(parameter => parameter is { Batch: true, Tree: not null }).Select(parameter => $"\"{parameter.Name}\""));
        }

        writer.List($"internal static readonly global::Hyperdiff.{model.Kind}Form{Types(model, ", " + data)} Instance = new(", arguments, ");");
    }

    private static string Call(FormModel model)
    {
        string arguments = string.Concat(model.Data.Select((_, i) => $", data.Item{i + 1}"));
        string call = $"{model.Hierarchy.QualifiedName}.{TypeNames.Escape(model.Method)}(w, h{arguments})";
        if (model.Auxiliary is not { Count: > 1 } auxiliary)
        {
            return $"static (w, h, data) => {call}";
        }

        // a form has one auxiliary output: several become a tuple
        string rest = string.Join(", ", Enumerable.Range(2, auxiliary.Count).Select(i => $"result.Item{i}"));
        return $"static (w, h, data) => {{ var result = {call}; return (result.Item1, ({rest})); }}";
    }

    private static string Parameter(DataParameter parameter) => $"{parameter.Type} {TypeNames.Escape(parameter.Name)}";

    /// <summary>What the method bears that emitted members must bear, and the mark of what is emitted.</summary>
    public static void Attributes(SourceWriter writer, IEnumerable<string> attributes)
    {
        foreach (string attribute in attributes)
        {
            writer.Line(attribute);
        }

        writer.Line(SourceFile.GeneratedCodeAttribute);
    }
}
