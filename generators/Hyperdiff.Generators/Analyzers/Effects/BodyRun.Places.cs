using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <content>Variables, fields and elements as places: what they hold, references to them, and writing to them.</content>
internal sealed partial class BodyRun
{
    private const string ReturnInstead = "return the new value instead, or change a copy";

    private bool IsShared(ISymbol variable) => frame.Body!.Shared.Contains(variable);

    private static bool IsReference(ISymbol variable) => variable is ILocalSymbol { IsRef: true } or IParameterSymbol { RefKind: not RefKind.None };

    // the activation that owns a variable: this one, or one around a lambda
    private Frame? Owner(ISymbol variable)
    {
        for (Frame? owner = frame; owner is not null; owner = owner.Lexical)
        {
            if (owner.Lexical is null && variable is ILocalSymbol)
            {
                return owner;
            }

            if (SymbolEqualityComparer.Default.Equals(owner.Symbol, variable.ContainingSymbol)
                || (owner.Symbol is IMethodSymbol { AssociatedSymbol: { } member } && SymbolEqualityComparer.Default.Equals(member, variable.ContainingSymbol))
                || (owner.Symbol is IMethodSymbol { PartialDefinitionPart: { } declared }
                    && SymbolEqualityComparer.Default.Equals(declared, variable.ContainingSymbol)))
            {
                return owner;
            }
        }

        return null;
    }

    private static ISymbol Known(ISymbol variable, Frame owner) => variable is IParameterSymbol parameter && owner.Symbol is IMethodSymbol method
        && parameter.Ordinal < method.Parameters.Length && !SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method)
            ? method.Parameters[parameter.Ordinal] : variable;

    private Value Read(ISymbol variable, IOperation site)
    {
        Value held = ReadVariable(variable, site);
        return IsReference(variable) ? Dereference(held, site) : held;
    }

    private Value ReadVariable(ISymbol variable, IOperation site)
    {
        if (Owner(variable) is not { } owner)
        {
            // a parameter of the primary constructor, captured by the object
            return Load(Self(site).This, variable.OriginalDefinition, site);
        }

        variable = Known(variable, owner);
        return ReferenceEquals(owner, frame) && !IsShared(variable)
            ? _locals.TryGetValue(variable, out Value? held) ? held : Value.None
            : owner.Cell(variable).Load(AbstractObject.Element);
    }

    private Value Dereference(Value pointers, IOperation site)
    {
        Value found = pointers.WithoutObjects();
        foreach (AbstractObject item in pointers.Objects)
        {
            found = found.Join(item.Origin == Origin.Pointer ? Load(Value.Of(item.Place.Target), item.Place.Key, site)
                : item.IsVariable ? item.Load(AbstractObject.Element) : Load(Value.Of(item), AbstractObject.Element, site));
        }

        return found;
    }

    /// <summary>References to what an expression denotes.</summary>
    private Value Places(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local }:
                return PlacesOf(local, operation);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return PlacesOf(parameter, operation);
            case IDeclarationExpressionOperation declaration:
                return Places(declaration.Expression);
            case IFieldReferenceOperation { Field.IsStatic: true }:
                return Evaluate(operation);
            case IFieldReferenceOperation { Instance: { } instance, Field.RefKind: not RefKind.None } field:
                return Load(Evaluate(instance), KeyOf(field.Field), operation);
            case IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance } field when instance is not IInstanceReferenceOperation:
                return Places(instance) is { Objects.Count: > 0 } outer ? outer : Pointers(Evaluate(instance), KeyOf(field.Field));
            case IFieldReferenceOperation { Instance: { } instance } field:
                return Pointers(Evaluate(instance).Join(instance.Type is { IsValueType: true } ? Self(operation).ThisPlaces : Value.None), KeyOf(field.Field));
            case IInstanceReferenceOperation when operation.Type is { IsValueType: true }:
                return Self(operation).ThisPlaces;
            case IArrayElementReferenceOperation element:
                EvaluateChildren(element);
                return Pointers(Evaluate(element.ArrayReference), AbstractObject.Element);
            case IInlineArrayAccessOperation inline:
                return Places(inline.Instance) is { Objects.Count: > 0 } buffer ? buffer : Pointers(Evaluate(inline.Instance), AbstractObject.Element);
            case IPropertyReferenceOperation { Property: { ReturnsByRef: true } or { ReturnsByRefReadonly: true } } property:
                return GetProperty(property, byReference: true);
            case IPropertyReferenceOperation { Instance: { Type.IsValueType: false } instance } property:
                return Pointers(Evaluate(instance), property.Property.OriginalDefinition);
            case IImplicitIndexerReferenceOperation { IndexerSymbol: IPropertySymbol { ReturnsByRef: true } indexer } implied:
                Evaluate(implied.Argument);
                return Get(indexer, Evaluate(implied.Instance), Value.None, [], implied);
            case IInvocationOperation { TargetMethod: { ReturnsByRef: true } or { ReturnsByRefReadonly: true } } invocation:
                return Invoke(invocation, byReference: true);
            case IFlowCaptureReferenceOperation reference:
                return Captured(reference.Id).Places is { Objects.Count: > 0 } places ? places : Captured(reference.Id).Value;
            case IConversionOperation conversion:
                return Places(conversion.Operand);
            case IConditionalOperation { IsRef: true, WhenFalse: { } other } conditional:
                return Places(conditional.WhenTrue).Join(Places(other));
            case IParenthesizedOperation parenthesized:
                return Places(parenthesized.Operand);
            case ISimpleAssignmentOperation { IsRef: true }:
                return Evaluate(operation);
            case { Kind: OperationKind.None }:
                return Pointers(EvaluateChildren(operation), AbstractObject.Element);
            default:
                // a value that a reference is needed to lies in a variable of its own
                AbstractObject variable = analysis.Object(operation, frame, null, "temporary");
                analysis.Changed |= variable.Store(AbstractObject.Element, Evaluate(operation));
                return Pointers(Value.Of(variable), AbstractObject.Element);
        }
    }

    private Value PlacesOf(ISymbol variable, IOperation site)
    {
        if (Owner(variable) is not { } owner)
        {
            return Pointers(Self(site).This, variable.OriginalDefinition);
        }

        variable = Known(variable, owner);
        return IsReference(variable) ? ReadVariable(variable, site)
            : ReferenceEquals(owner, frame) && !IsShared(variable) ? Value.None : Pointers(Value.Of(owner.Cell(variable)), AbstractObject.Element);
    }

    private Value Pointers(Value targets, object key) => Value.Of(targets.Objects.Select(target =>
    {
        if (target.Origin == Origin.Pointer)
        {
            return target;
        }

        AbstractObject pointer = analysis.Object((target, key), frame, null, "pointer", Origin.Pointer);
        pointer.Place = (target, key);
        return pointer;
    }));

    private Value AssignReference(IOperation target, Value pointers)
    {
        if (target is ILocalReferenceOperation { Local: var local })
        {
            SetVariable(local, pointers, target);
        }
        else if (target is IFieldReferenceOperation { Instance: { } instance } field)
        {
            foreach (AbstractObject item in Evaluate(instance).Objects)
            {
                Store(item, KeyOf(field.Field), pointers, target);
            }
        }

        return pointers;
    }

    private void SetVariable(ISymbol variable, Value value, IOperation site)
    {
        if (Owner(variable) is not { } owner)
        {
            foreach (AbstractObject item in Self(site).This.Objects)
            {
                Store(item, variable.OriginalDefinition, value, site);
            }

            return;
        }

        variable = Known(variable, owner);
        if (ReferenceEquals(owner, frame) && !IsShared(variable))
        {
            _locals[variable] = value;
        }
        else
        {
            Store(owner.Cell(variable), AbstractObject.Element, value, site, variable.Name);
        }
    }

    /// <summary>Writes to what an expression denotes.</summary>
    private Value Assign(IOperation target, Value value, IOperation site)
    {
        switch (target)
        {
            case ILocalReferenceOperation { Local: var local }:
                AssignVariable(local, value, target);
                break;
            case IParameterReferenceOperation { Parameter: var parameter }:
                AssignVariable(parameter, value, target);
                break;
            case IDeclarationExpressionOperation declaration:
                return Assign(declaration.Expression, value, site);
            case ITupleOperation tuple:
                AssignTuple(tuple, value, null, null, site);
                break;
            case IFieldReferenceOperation { Field: { IsStatic: true } field }:
                AssignStatic(field, value, target);
                break;
            case IFieldReferenceOperation { Instance: { } instance, Field.RefKind: not RefKind.None } field:
                StoreAll(Load(Evaluate(instance), KeyOf(field.Field), target), value, target);
                break;
            case IFieldReferenceOperation { Instance: { } instance } field:
                AssignMember(instance, KeyOf(field.Field), value, target);
                break;
            case IPropertyReferenceOperation property:
                SetProperty(property, value);
                break;
            case IEventReferenceOperation { Instance: { } instance } handler:
                AssignMember(instance, handler.Event.OriginalDefinition, value, target);
                break;
            case IArrayElementReferenceOperation element:
                EvaluateChildren(element);
                foreach (AbstractObject array in Evaluate(element.ArrayReference).Objects)
                {
                    Store(array, AbstractObject.Element, value, target);
                }

                break;
            case IImplicitIndexerReferenceOperation { IndexerSymbol: IPropertySymbol { SetMethod: { } setter } } indexer:
                Value container = Evaluate(indexer.Instance);
                Call(indexer, setter, container, Value.None,
                    [.. setter.Parameters.Select(parameter => new Argument(parameter, parameter.Name == "value" ? value : Value.None, indexer))],
                        isVirtual: true);
                break;
            case IFlowCaptureReferenceOperation reference when _captureTargets.TryGetValue((_graph, reference.Id), out IOperation captured):
                return Assign(captured, value, site);
            case IFlowCaptureReferenceOperation { Type.IsValueType: true } reference:
                // a structure that is being initialized lies nowhere yet
                (Value held, Value heldPlaces) = Captured(reference.Id);
                StoreAll(Places(target), value, target);
                frame.Captures[(_graph, reference.Id)] = (held.Join(value.WithoutObjects()), heldPlaces);
                break;
            case IDiscardOperation:
                break;
            default:
                StoreAll(Places(target), value, target);
                break;
        }

        return value;
    }

    private void AssignVariable(ISymbol variable, Value value, IOperation target)
    {
        if (IsReference(variable))
        {
            StoreAll(ReadVariable(variable, target), value, target);
        }
        else
        {
            SetVariable(variable, value, target);
        }
    }

    private void StoreAll(Value pointers, Value value, IOperation site)
    {
        foreach (AbstractObject pointer in pointers.Objects)
        {
            Store(pointer, AbstractObject.Element, value, site);
        }
    }

    // a member of a structure is written in the variable, field or element that holds the structure; a member of an object in the object
    private void AssignMember(IOperation instance, object key, Value value, IOperation target)
    {
        Value container = Evaluate(instance);
        if (instance.Type is not { IsValueType: true })
        {
            foreach (AbstractObject item in container.Objects)
            {
                Store(item, key, value, target);
            }

            return;
        }

        foreach (AbstractObject node in container.Objects.Where(item => item is { Origin: Origin.Fresh, Type.IsValueType: true }))
        {
            analysis.Changed |= node.Store(key, value);
        }

        if (instance is IInstanceReferenceOperation)
        {
            StoreAll(Self(instance).ThisPlaces, container.Join(value), target);
        }
        else
        {
            Assign(instance, container.Join(value), target);
        }
    }

    private void AssignStatic(ISymbol member, Value value, IOperation target)
    {
        if (SymbolEqualityComparer.Default.Equals(frame.Symbol, member.OriginalDefinition))
        {
            AddResult(value);
            return;
        }

        if (frame.Initializes is { } type && SymbolEqualityComparer.Default.Equals(type, member.ContainingType.OriginalDefinition))
        {
            return;
        }

        analysis.Report(
            frame.Traced is not null && analysis.TracedOnly ? TracingDescriptors.CapturedWrite : PurityDescriptors.StaticState,
            target,
            frame,
            $"writes the mutable static {StaticKind(member)} {SourceNames.Qualified(member)}",
            "pass the value as a parameter, or make it readonly");
    }

    // what is read and written is said to be written
    private void RefuseStatic(IOperation target)
    {
        ISymbol? member = target switch
        {
            IFieldReferenceOperation { Field.IsStatic: true } field => field.Field,
            IPropertyReferenceOperation { Property: { IsStatic: true } property } when IsStored(property) && ProgramBodies.IsWritten(property) => property,
            _ => null,
        };
        if (member is not null)
        {
            AssignStatic(member, Value.None, target);
        }
    }

    private static string StaticKind(ISymbol member) => member switch { IFieldSymbol => "field", IEventSymbol => "event", _ => "property" };

    /// <summary>Writes to a field or an element of an object, and says so if the object is not this method's own.</summary>
    private void Store(AbstractObject item, object key, Value value, IOperation site, string? variable = null, string? deed = null)
    {
        switch (item.Origin)
        {
            case Origin.Pointer:
                Store(item.Place.Target, item.Place.Key, value, site, variable, deed);
                break;
            case Origin.Fresh:
                if (item.MadeIn?.Initializes is not null && frame.Initializes is null)
                {
                    analysis.Report(PurityDescriptors.StaticState, site, frame, $"writes {variable ?? Brief(site.Syntax)}, which a static member keeps",
                        ReturnInstead);
                }

                if (frame.Traced is { } traced && item.MadeIn?.IsWithin(traced) == false)
                {
                    analysis.Report(
                        TracingDescriptors.CapturedWrite, site, frame,
                        variable is not null ? $"writes {variable}, a variable of the code around it"
                            : $"writes to {Brief(site.Syntax)}, which the code around it made",
                        "it runs once, while it is traced, not once per step or item: carry the value from step to step, or return it");
                }

                analysis.Changed |= item.Store(key, value);
                break;
            case Origin.Parameter:
                analysis.Report(
                    analysis.TracedOnly && frame.Traced is not null ? TracingDescriptors.CapturedWrite : PurityDescriptors.Mutation,
                    site, frame, deed ?? $"writes to {Brief(site.Syntax)}, which it did not make", ReturnInstead);
                break;
            case Origin.Static:
                analysis.Report(
                    analysis.TracedOnly && frame.Traced is not null ? TracingDescriptors.CapturedWrite : PurityDescriptors.StaticState,
                    site, frame, $"writes to {Brief(site.Syntax)}, the contents of {SourceNames.Qualified(item.Static!.Member)}", ReturnInstead);
                break;
        }
    }

    private Value Deconstruct(IDeconstructionAssignmentOperation assignment)
    {
        DeconstructionInfo? info = assignment.Syntax switch
        {
            AssignmentExpressionSyntax syntax => analysis.Bodies.Model(syntax.SyntaxTree).GetDeconstructionInfo(syntax),
            ForEachVariableStatementSyntax each => analysis.Bodies.Model(each.SyntaxTree).GetDeconstructionInfo(each),
            { Parent: ForEachVariableStatementSyntax each } => analysis.Bodies.Model(each.SyntaxTree).GetDeconstructionInfo(each),
            _ => null,
        };
        IOperation target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        Value value = Evaluate(assignment.Value);
        if (target is ITupleOperation tuple)
        {
            AssignTuple(tuple, value, info, assignment.Value.Type, assignment);
        }

        return value;
    }

    private void AssignTuple(ITupleOperation targets, Value value, DeconstructionInfo? info, ITypeSymbol? type, IOperation site)
    {
        Value[] parts = new Value[targets.Elements.Length];
        if (info?.Method is { } method)
        {
            AbstractObject[] results = [.. parts.Select((_, i) => analysis.Object((targets, i), frame, null, "deconstructed"))];
            IMethodSymbol plain = method.ReducedFrom ?? method;
            Argument[] arguments = [.. plain.Parameters.Skip(plain.IsStatic ? 1 : 0).Select((parameter, i) =>
                new Argument(parameter, Pointers(Value.Of(results[i]), AbstractObject.Element), site))];
            if (method.IsImplicitlyDeclared)
            {
                foreach ((IParameterSymbol parameter, int i) in method.Parameters.Select((parameter, i) => (parameter, i)))
                {
                    ISymbol? property = method.ContainingType.GetMembers(parameter.Name).FirstOrDefault(member => member is IPropertySymbol or IFieldSymbol);
                    results[i].Store(AbstractObject.Element, property is null ? value : Member(property, value, site));
                }
            }
            else
            {
                Call(site, plain, plain.IsStatic ? Value.None : value, Value.None,
                    plain.IsStatic ? [new Argument(plain.Parameters[0], value, site), .. arguments] : arguments, isVirtual: true);
            }

            parts = [.. results.Select(result => result.Load(AbstractObject.Element))];
        }
        else
        {
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = LoadItem(value, i, site);
            }
        }

        for (int i = 0; i < parts.Length; i++)
        {
            DeconstructionInfo? nested = info is { Nested.Length: > 0 } all && i < all.Nested.Length ? all.Nested[i] : null;
            IOperation element = targets.Elements[i] is IDeclarationExpressionOperation declaration ? declaration.Expression : targets.Elements[i];
            if (element is ITupleOperation inner)
            {
                AssignTuple(inner, parts[i], nested, element.Type, site);
            }
            else
            {
                Value part = nested?.Conversion is { MethodSymbol: { } conversion } ? Operator(conversion, [], [parts[i]], site) : parts[i];
                Assign(element, Only(part, element.Type), element);
            }
        }
    }

    private Value LoadItem(Value tuple, int index, IOperation site)
    {
        Value found = tuple.WithoutObjects();
        foreach (AbstractObject item in tuple.Objects)
        {
            found = found.Join(item is { Origin: Origin.Fresh, Type.IsValueType: true } ? item.Load($"Item{index + 1}")
                : item is { Origin: Origin.Static } ? Load(Value.Of(item), $"Item{index + 1}", site) : Value.Of(item));
        }

        return found;
    }
}
