package org.ebpf4j.relocation;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.ebpf4j.error.RelocationException;
import org.jspecify.annotations.Nullable;

/// What a CO-RE relocation comes to on one target. It can be applied to several copies of its
/// instruction. It never changes, and any thread may use it.
///
/// Where the target does not have what is asked for, an instruction that needs it is replaced by a
/// call of [#POISON], which the verifier refuses, unless it sees that the instruction never runs.
public final class CoreResolution {
  /// The helper function that does not exist, called where a relocation has no value: 0xbad2310.
  public static final int POISON = 195896080;

  private static final int MAX_REASONS = 4;

  private final CoreKind kind;
  private final String access;
  private final Spec local;
  private final Value original;
  private final @Nullable Value found;
  private final List<Answer> answers;

  CoreResolution(
      CoreKind kind,
      String access,
      Spec local,
      Value original,
      @Nullable Value found,
      List<Answer> answers) {
    this.kind = kind;
    this.access = access;
    this.local = local;
    this.original = original;
    this.found = found;
    this.answers = answers;
  }

  /// What was asked for.
  public CoreKind kind() {
    return kind;
  }

  /// The value that the compiler has put into the instruction.
  public long originalValue() {
    return original.number();
  }

  /// The value on the target; none where the instruction is replaced by a call of [#POISON].
  public Optional<Long> value() {
    return Optional.ofNullable(found).map(Value::number);
  }

  /// What it is about, in words: `field 'mm.owner' of struct task_struct (0:5:1)`.
  public String subject() {
    return local.describe(kind, access);
  }

  /// The types of the target that were looked at, with their ids.
  public List<String> candidates() {
    return answers.stream().map(a -> a.candidate().describe()).toList();
  }

  /// What it is about in the types of the target that have it.
  List<Spec> specs() {
    return answers.stream()
        .filter(Answer.Fit.class::isInstance)
        .map(a -> ((Answer.Fit) a).spec())
        .toList();
  }

  /// What came of it, in words, such as `field 'nope' of struct task_struct (0:5) does not exist in
  /// the kernel: struct task_struct has no member 'nope'`.
  public String describe() {
    if (found == null) {
      return subject() + " does not exist in the kernel: " + reasons();
    }
    if (!original.canHaveWidthOf(found)) {
      return subject()
          + " has "
          + bytes(original.size())
          + " in the object, and "
          + bytes(found.size())
          + " in the kernel; only pointers and unsigned numbers can be accessed with another width";
    }
    return kind.property()
        + " of "
        + subject()
        + ": "
        + original.number()
        + " in the object, "
        + found.number()
        + " in the kernel";
  }

  /// How a program asks for it before using it, so that it loads where the kernel has not.
  public String guard() {
    var question =
        switch (kind.subject()) {
          case FIELD -> "bpf_core_field_exists(struct->field)";
          case TYPE -> "bpf_core_type_exists(type)";
          case ENUMERATOR -> "bpf_core_enum_value_exists(enum, value)";
        };
    return found == null
        ? "use it only if "
            + question
            + " says that the kernel has it; or name what this kernel has"
        : "read it with BPF_CORE_READ_BITFIELD_PROBED or bpf_core_read, which take any width";
  }

  private static String bytes(long size) {
    return size == 0 ? "bits" : size == 1 ? "1 byte" : size + " bytes";
  }

  private String reasons() {
    return answers.isEmpty()
        ? "it has no " + local.types().describeEssential(local.root())
        : answers.stream()
            .filter(Answer.Miss.class::isInstance)
            .map(a -> ((Answer.Miss) a).reason())
            .distinct()
            .limit(MAX_REASONS)
            .collect(Collectors.joining("; "));
  }

  /// Writes it into the instruction at `place`.
  ///
  /// @param where the place to name in an error: a program and an instruction of it
  /// @return whether the instruction was replaced by a call of [#POISON]; [#describe()] says why
  /// @throws RelocationException where the instruction is not one that the compiler puts there
  public boolean apply(long[] slots, int place, Supplier<String> where) {
    try {
      return new Patch(original, found).apply(slots, place);
    } catch (Unresolvable e) {
      throw new RelocationException(
          subject(),
          where.get()
              + ": CO-RE relocation for the "
              + kind.property()
              + " of "
              + subject()
              + ": "
              + e.reason());
    }
  }
}
