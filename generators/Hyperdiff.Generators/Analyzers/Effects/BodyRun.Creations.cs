using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <content>What makes objects without a constructor that is called: tuples, arrays, collection expressions, anonymous types, copies.</content>
internal sealed partial class BodyRun
{
    // an object of whatever a type parameter stands for here
    private Value CreateOf(IOperation site)
    {
        ITypeSymbol? type = frame.Resolve(site.Type) as INamedTypeSymbol;
        Value made = Fresh(site, type);
        if (type is INamedTypeSymbol named && ProgramBodies.IsWritten(named)
            && named.InstanceConstructors.FirstOrDefault(constructor => constructor.Parameters.IsEmpty) is { } constructor)
        {
            CallExactly(site, constructor, made, Value.None, [], traces: false);
            RunFinalizers(site, named, made);
        }

        return made;
    }

    private Value Tuple(ITupleOperation tuple)
    {
        AbstractObject made = analysis.Object(tuple, frame, tuple.Type);
        Value flags = Value.None;
        for (int i = 0; i < tuple.Elements.Length; i++)
        {
            Value element = Evaluate(tuple.Elements[i]);
            analysis.Changed |= made.Store($"Item{i + 1}", element);
            flags = flags.Join(element.WithoutObjects());
        }

        return Value.Of(made).Join(flags);
    }

    private Value CompareTuples(ITupleBinaryOperation comparison)
    {
        EvaluateChildren(comparison);
        foreach (ITypeSymbol type in (comparison.LeftOperand.Type as INamedTypeSymbol)?.TupleElements.Select(element => element.Type) ?? [])
        {
            foreach (IMethodSymbol method in type.GetMembers(comparison.OperatorKind == BinaryOperatorKind.Equals ? "op_Equality" : "op_Inequality")
                .OfType<IMethodSymbol>().Where(method => analysis.Bodies.Of(method) is not null))
            {
                Operator(method, [], [], comparison);
            }
        }

        return Value.None;
    }

    private Value NewArray(IArrayCreationOperation array)
    {
        foreach (IOperation size in array.DimensionSizes)
        {
            Evaluate(size);
        }

        AbstractObject made = analysis.Object(array, frame, array.Type);
        Value flags = array.Initializer is { } initializer ? Initialize(made, initializer) : Value.None;
        return Value.Of(made).Join(flags);
    }

    private Value Initialize(AbstractObject array, IArrayInitializerOperation initializer)
    {
        Value flags = Value.None;
        foreach (IOperation item in initializer.ElementValues)
        {
            Value value = item is IArrayInitializerOperation nested ? Initialize(array, nested) : Evaluate(item);
            analysis.Changed |= array.Store(AbstractObject.Element, value);
            flags = flags.Join(value.WithoutObjects());
        }

        return flags;
    }

    private Value Collection(ICollectionExpressionOperation collection)
    {
        Value items = Value.None;
        foreach (IOperation element in collection.Elements)
        {
            if (element is ISpreadOperation spread)
            {
                Value source = Evaluate(spread.Operand);
                items = items.Join(Enumerate(spread.Operand, source, spread));
            }
            else
            {
                items = items.Join(Evaluate(element));
            }
        }

        if (collection.ConstructMethod is { } construct && ProgramBodies.IsWritten(construct))
        {
            Value made = Value.Of(analysis.Object(collection, frame, collection.Type)).Join(items.WithoutObjects());
            Call(collection, construct, made, Value.None, [], isVirtual: false);
            foreach (IMethodSymbol add in collection.Type?.GetMembers("Add").OfType<IMethodSymbol>().Where(add => add.Parameters.Length == 1) ?? [])
            {
                Call(collection, add, made, Value.None, [new Argument(add.Parameters[0], items, collection)], isVirtual: false);
            }

            return made;
        }

        // an interface without a way to write is implemented by the compiler
        Value list = Holding(collection, collection.Type, items);
        list.Objects[0].IsReadOnly = collection.Type is { TypeKind: TypeKind.Interface, Name: "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" };
        return list;
    }

    private Value Anonymous(IAnonymousObjectCreationOperation creation)
    {
        AbstractObject made = analysis.Object(creation, frame, creation.Type);
        Value flags = Value.None;
        foreach (ISimpleAssignmentOperation member in creation.Initializers.OfType<ISimpleAssignmentOperation>())
        {
            Value value = Evaluate(member.Value);
            flags = flags.Join(value.WithoutObjects());
            if (member.Target is IPropertyReferenceOperation { Property: var property })
            {
                analysis.Changed |= made.Store(property.OriginalDefinition, value);
            }
        }

        return Value.Of(made).Join(flags);
    }

    // a copy of a record or a structure, by its copy constructor where one is written
    private Value Copy(IOperation site, Value source, ITypeSymbol? type)
    {
        AbstractObject made = analysis.Object(site, frame, type, "copy");
        IMethodSymbol? written = (type as INamedTypeSymbol)?.InstanceConstructors.FirstOrDefault(constructor => constructor is
        { IsImplicitlyDeclared: false, Parameters.Length: 1 } && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type));
        if (written is not null && type is { IsValueType: false, IsRecord: true } && analysis.Bodies.Of(written) is not null)
        {
            CallExactly(site, written, Value.Of(made), Value.None, [new Argument(written.Parameters[0], source, site)], traces: false);
        }

        foreach (AbstractObject original in source.Objects)
        {
            analysis.Changed |= made.CopyFields(original);
        }

        return Value.Of(made).Join(source.WithoutObjects());
    }
}
