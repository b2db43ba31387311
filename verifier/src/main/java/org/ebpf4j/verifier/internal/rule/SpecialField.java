package org.ebpf4j.verifier.internal.rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// A field that instructions do not access as they like: locks, timers, lists, kernel pointers.
///
/// @param kind what it is
/// @param offset bytes from the start of what it is in
/// @param size its bytes
/// @param type of a kernel pointer, the type it points to; else that of the field
public record SpecialField(Kind kind, int offset, int size, int type) {
  private static final int DEPTH = 8;
  private static final int POINTER_BYTES = 8;
  private static final int MOST = 64;

  /// What a special field is.
  public enum Kind {
    SPIN_LOCK("bpf_spin_lock"),
    RES_SPIN_LOCK("bpf_res_spin_lock"),
    TIMER("bpf_timer"),
    WORKQUEUE("bpf_wq"),
    TASK_WORK("bpf_task_work"),
    LIST_HEAD("bpf_list_head"),
    LIST_NODE("bpf_list_node"),
    RB_ROOT("bpf_rb_root"),
    RB_NODE("bpf_rb_node"),
    REFCOUNT("bpf_refcount"),
    UNTRUSTED_POINTER("kptr"),
    POINTER("kptr"),
    PER_CPU_POINTER("percpu_kptr"),
    USER_POINTER("uptr");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /// The name that the kernel prints.
    public String label() {
      return label;
    }

    /// Whether it is a pointer that loads and stores of 8 bytes may access.
    public boolean isPointer() {
      return this == UNTRUSTED_POINTER
          || this == POINTER
          || this == PER_CPU_POINTER
          || this == USER_POINTER;
    }
  }

  /// The special fields of a type, by their offsets.
  public static List<SpecialField> of(Btf types, int type) {
    var found = new ArrayList<SpecialField>();
    if (type > 0 && type < types.typeCount()) {
      collect(types, type, 0, 0, found);
    }
    found.sort(Comparator.comparingInt(SpecialField::offset));
    return List.copyOf(found);
  }

  private static void collect(
      Btf types, int type, int offset, int depth, List<SpecialField> found) {
    int id = types.resolve(type);
    if (depth > DEPTH || found.size() > MOST) {
      return;
    }
    switch (types.type(id)) {
      case BtfType.Struct struct -> {
        for (var kind : Kind.values()) {
          if (!kind.isPointer() && kind.label().equals(struct.name())) {
            found.add(new SpecialField(kind, offset, (int) struct.size(), id));
            return;
          }
        }
        for (var member : struct.members()) {
          collect(types, member.type(), offset + (int) (member.bitOffset() / 8), depth + 1, found);
        }
      }
      case BtfType.Array array -> {
        if (array.count() > 0) {
          var one = new ArrayList<SpecialField>();
          collect(types, array.element(), 0, depth + 1, one);
          if (one.isEmpty()) {
            return;
          }
          long size = types.size(array.element());
          for (long i = 0; i < array.count() && found.size() <= MOST; i++) {
            for (var field : one) {
              found.add(
                  new SpecialField(
                      field.kind(),
                      (int) (offset + i * size + field.offset()),
                      field.size(),
                      field.type()));
            }
          }
        }
      }
      case BtfType.DataSection section -> {
        for (var variable : section.variables()) {
          if (types.type(variable.variable()) instanceof BtfType.Variable global) {
            collect(types, global.type(), offset + (int) variable.offset(), depth + 1, found);
          }
        }
      }
      case BtfType.Pointer pointer -> pointer(types, pointer.target(), offset, found);
      case BtfType.Void _,
          BtfType.Int _,
          BtfType.Enum _,
          BtfType.Forward _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Function _,
          BtfType.Prototype _,
          BtfType.Variable _,
          BtfType.Floating _,
          BtfType.DeclarationTag _,
          BtfType.TypeTag _ -> {}
    }
  }

  private static void pointer(Btf types, int target, int offset, List<SpecialField> found) {
    if (types.type(target) instanceof BtfType.TypeTag tag) {
      var kind =
          switch (tag.value()) {
            case "kptr_untrusted" -> Kind.UNTRUSTED_POINTER;
            case "kptr" -> Kind.POINTER;
            case "percpu_kptr" -> Kind.PER_CPU_POINTER;
            case "uptr" -> Kind.USER_POINTER;
            default -> null;
          };
      if (kind != null) {
        found.add(new SpecialField(kind, offset, POINTER_BYTES, types.resolve(tag.target())));
      }
    }
  }
}
