package org.ebpf4j.vm.internal.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.vm.internal.machine.Memory;
import org.jspecify.annotations.Nullable;

/// The fields of a value that belong to the kernel, such as locks and timers: whoever reads the
/// value sees zeroes there, and what is written leaves them as they are.
public final class SpecialFields {
  /// None.
  public static final SpecialFields NONE = new SpecialFields(List.of());

  private static final String LOCK = "bpf_spin_lock";
  private static final Set<String> NAMES =
      Set.of(
          LOCK,
          "bpf_res_spin_lock",
          "bpf_timer",
          "bpf_wq",
          "bpf_task_work",
          "bpf_list_head",
          "bpf_list_node",
          "bpf_rb_root",
          "bpf_rb_node",
          "bpf_refcount");
  private static final Set<String> POINTERS = Set.of("kptr", "kptr_untrusted", "percpu_kptr");
  private static final Set<String> OWNING =
      Set.of("kptr", "kptr_untrusted", "percpu_kptr", "bpf_list_head", "bpf_rb_root");
  private static final int DEEPEST = 16;

  private final List<Field> fields;

  /// A field: its type, and which bytes it has.
  private record Field(String type, int from, int size) {}

  private SpecialFields(List<Field> fields) {
    this.fields = fields;
  }

  /// Those of a type of values.
  ///
  /// @param type the id of the type, or 0 where it is not known
  public static SpecialFields of(Optional<Btf> types, int type) {
    if (types.isEmpty() || type == 0) {
      return NONE;
    }
    var found = new ArrayList<Field>();
    find(types.get(), type, 0, found, 0);
    found.sort(Comparator.comparingInt(Field::from));
    return found.isEmpty() ? NONE : new SpecialFields(List.copyOf(found));
  }

  private static void find(Btf types, int type, long at, List<Field> found, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    var id = types.resolve(type);
    switch (types.type(id)) {
      case BtfType.Struct struct when NAMES.contains(struct.name()) ->
          found.add(new Field(struct.name(), (int) at, (int) struct.size()));
      case BtfType.Struct struct ->
          struct
              .members()
              .forEach(member ->
                  find(types, member.type(), at + member.bitOffset() / 8, found, depth + 1));
      case BtfType.Array array when array.count() <= 64 -> {
        for (long i = 0; i < array.count(); i++) {
          find(types, array.element(), at + i * types.size(array.element()), found, depth + 1);
        }
      }
      case BtfType.Pointer pointer -> {
        if (types.type(pointer.target()) instanceof BtfType.TypeTag tag
            && POINTERS.contains(tag.value())) {
          found.add(new Field(tag.value(), (int) at, Long.BYTES));
        }
      }
      default -> {
        // Of the program alone.
      }
    }
  }

  /// Where the lock is; empty where there is none.
  public Optional<Integer> lock() {
    return fields.stream().filter(f -> f.type().equals(LOCK)).map(Field::from).findFirst();
  }

  /// Frees what a program has put into a field: an object, a list of them, a tree.
  @FunctionalInterface
  public interface Release {
    /// @param type what the field is: `kptr`, `percpu_kptr`, `bpf_list_head` or `bpf_rb_root`
    /// @param at its address
    void release(Memory memory, String type, long at);
  }

  /// Frees what programs have put into a value that is overwritten or gone, and forgets it.
  ///
  /// @param address where the value is
  void free(Memory memory, long address, Release release) {
    for (var field : fields) {
      if (OWNING.contains(field.type())) {
        release.release(memory, field.type(), address + field.from());
        memory.clear(address + field.from(), field.size());
      }
    }
  }

  /// Whether programs may put objects into values.
  boolean own() {
    return fields.stream().anyMatch(field -> OWNING.contains(field.type()));
  }

  /// Makes them zero in a copy of a value.
  void hide(byte[] value) {
    for (var field : fields) {
      Arrays.fill(value, field.from(), field.from() + field.size(), (byte) 0);
    }
  }

  /// Copies a value but for them.
  void copy(byte[] from, int fromAt, byte[] to, int toAt, int size) {
    int at = 0;
    for (var field : fields) {
      System.arraycopy(from, fromAt + at, to, toAt + at, field.from() - at);
      at = field.from() + field.size();
    }
    System.arraycopy(from, fromAt + at, to, toAt + at, size - at);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SpecialFields that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }
}
