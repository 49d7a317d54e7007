using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace Hyperdiff;

/// <summary>The fields that the code of a function names, with the lambdas and local functions within: of the variables that the functions of a scope share,
/// those that are its own.</summary>
/// <remarks>C# puts the captured variables of a scope into one object, whichever function captured them.</remarks>
internal sealed class ReadFields
{
    private static readonly OpCode?[] s_short = new OpCode?[256], s_long = new OpCode?[256];

    private readonly HashSet<(Module, int)> _fields = [];
    private readonly HashSet<MethodBase> _seen = [];
    private bool _isUnknown;

    static ReadFields()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? s_short : s_long)[code.Value & 0xff] = code;
        }
    }

    /// <summary>The fields that a method names.</summary>
    public ReadFields(MethodBase method) => Follow(method);

    /// <summary>Whether the code may use a field; true for every one where it cannot be read, as after ahead-of-time compilation.</summary>
    public bool Contains(FieldInfo field) => _isUnknown || _fields.Contains((field.Module, field.MetadataToken));

    /// <summary>Whether a compiler made a member, for a lambda, a local function or an iterator.</summary>
    private static bool IsMade(MemberInfo member) => member.Name.Contains('<', StringComparison.Ordinal);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Where code cannot be read, all fields are looked at.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where code cannot be read, all fields are looked at.")]
    private void Follow(MethodBase method)
    {
        if (!_seen.Add(method))
        {
            return;
        }

        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            _isUnknown = true;
            return;
        }

        Type[]? ofType = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = (code[at] == 0xfe ? s_long[code[++at]] : s_short[code[at]])!.Value;
            at++;
            ReadOnlySpan<byte> operand = code.AsSpan(at);
            switch (operation.OperandType)
            {
                case OperandType.InlineField:
                    FieldInfo field = method.Module.ResolveField(BinaryPrimitives.ReadInt32LittleEndian(operand), ofType, ofMethod)!;
                    _fields.Add((field.Module, field.MetadataToken));
                    break;
                case OperandType.InlineMethod:
                    MethodBase called = method.Module.ResolveMethod(BinaryPrimitives.ReadInt32LittleEndian(operand), ofType, ofMethod)!;
                    if (IsMade(called))
                    {
                        Follow(called);
                    }
                    else if (called.IsConstructor && called.DeclaringType is { } made && IsMade(made))
                    {
                        // an iterator runs when it is read
                        Array.ForEach(made.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                            .Where(step => step.Name.Contains("MoveNext", StringComparison.Ordinal)).ToArray(), Follow);
                    }

                    break;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
                _ => 4,
            };
        }
    }
}
