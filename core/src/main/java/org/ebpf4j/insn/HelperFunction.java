package org.ebpf4j.insn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A helper function of the kernel: what a [Instruction.Call.Helper] calls by number.
///
/// The list is closed: since Linux 6.2 new functions are kfuncs, named in BTF. It stands in
/// `helpers.tsv` beside this class, whose first lines say where each column comes from, and is read
/// when it is first asked for.
///
/// @param id its number
/// @param name its name, such as `bpf_map_lookup_elem`
/// @param since the first kernel version with it, such as `3.18`
/// @param gplOnly whether only programs under a license compatible with the GPL may call it
/// @param sleeps whether it may sleep, so that only programs that may sleep call it
/// @param takesPackets whether the memory that it is given may be in a packet
/// @param prototype its prototype in C, as `include/uapi/linux/bpf.h` has it
/// @param signatures what the verifier asks of its arguments and says of its result; several where
///   that depends on the type of the program. The first one is the most common
/// @param choices for the numbers of the program types (`enum bpf_prog_type`) that may call it,
///   some of them only with certain attach types, which of the signatures counts. Not known for
///   `struct_ops` (27), where that depends on the struct, and `ext` (28), which may what its target
///   may
public record HelperFunction(
    int id,
    String name,
    String since,
    boolean gplOnly,
    boolean sleeps,
    boolean takesPackets,
    String prototype,
    List<HelperSignature> signatures,
    Map<Integer, Integer> choices) {
  static final String PREFIX = "bpf_";

  /// The program type `struct_ops`.
  private static final int STRUCT_OPS = 27;

  /// The program type `ext`.
  private static final int EXT = 28;

  /// Copies what can change.
  public HelperFunction {
    signatures = List.copyOf(signatures);
    choices = Map.copyOf(choices);
  }

  /// All of them, by number.
  public static List<HelperFunction> all() {
    return HelperTable.all();
  }

  /// The one with that number; empty where there is none.
  public static Optional<HelperFunction> of(int id) {
    return HelperTable.function(id);
  }

  /// The one with that name, with or without `bpf_`; empty where there is none.
  public static Optional<HelperFunction> of(String name) {
    var id = id(name);
    return id.isEmpty() ? Optional.empty() : of(id.getAsInt());
  }

  /// The name of a helper function, such as `bpf_map_lookup_elem` for 1.
  public static Optional<String> name(int id) {
    return HelperTable.name(id);
  }

  /// The number of a helper function, by its name with or without `bpf_`.
  public static OptionalInt id(String name) {
    return HelperTable.id(name);
  }

  /// The first kernel version with a helper function, such as `3.18`.
  public static Optional<String> since(int id) {
    return HelperTable.since(id);
  }

  /// The numbers of the types of programs that may call it.
  public Set<Integer> programTypes() {
    return choices.keySet();
  }

  /// What the verifier asks of programs of a type, by its number; empty where they may not call it,
  /// or where that is not known and signatures differ.
  public Optional<HelperSignature> signature(int programType) {
    if (signatures.size() == 1 && isFor(programType)) {
      return Optional.of(signatures.getFirst());
    }
    return Optional.ofNullable(choices.get(programType)).map(signatures::get);
  }

  /// Whether programs of a type, by its number, may call it, at least with some attach type. True
  /// where that is not known.
  public boolean isFor(int programType) {
    return programType == STRUCT_OPS || programType == EXT || choices.containsKey(programType);
  }
}
