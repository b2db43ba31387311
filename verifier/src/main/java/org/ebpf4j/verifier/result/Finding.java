package org.ebpf4j.verifier.result;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Register;

/// A rule that a program breaks, and where.
///
/// @param instruction the instruction, by its slot
/// @param reason which kind of rule it is
/// @param message what a kernel prints of it, such as `R1 invalid mem access 'scalar'`
/// @param line the line of source, where the object says it
/// @param register the register that it is about, if any
/// @param state what was known of that register, as the kernel prints it; empty for none
/// @param path the branches that led there, from the beginning; only the last of a long path
/// @param missing the check that is missing, in words; empty where none would help
/// @param mend what usually mends it, in words; may be empty
public record Finding(
    int instruction,
    Reason reason,
    String message,
    Optional<LineInfo> line,
    Optional<Register> register,
    String state,
    List<Branch> path,
    String missing,
    String mend) {
  public Finding {
    path = List.copyOf(path);
  }

  /// A branch that was gone.
  ///
  /// @param instruction the jump, by its slot
  /// @param taken whether it jumped
  public record Branch(int instruction, boolean taken) {}

  /// The kinds of rules.
  public enum Reason {
    /// The instructions themselves: unknown ones, reserved fields, jumps out of the program.
    MALFORMED,
    /// A register or stack slot that holds nothing yet.
    UNINITIALIZED,
    /// Memory accessed through what is no pointer to it.
    NO_POINTER,
    /// Memory accessed through a pointer that may be null.
    NULL,
    /// Memory outside of its bounds, or with bounds that are not known.
    BOUNDS,
    /// An access that is not aligned.
    ALIGNMENT,
    /// A write where only reads are allowed, or an access of another kind.
    PERMISSION,
    /// Arithmetic that pointers do not take.
    POINTER_ARITHMETIC,
    /// A field of the context, or of a structure of the kernel, that is not there.
    FIELD,
    /// A function that cannot be called here, or an argument that it does not take.
    CALL,
    /// An object that is kept, or given back twice.
    REFERENCE,
    /// A lock, or a section where something is not allowed.
    SECTION,
    /// The value that the program returns.
    RETURN,
    /// The types of the object, of subprograms or of the attach target.
    TYPES,
    /// A loop without an end, a limit of the kernel, or unreachable code.
    LIMIT,
    /// What this verifier cannot follow; a kernel may take it.
    GAVE_UP
  }
}
