package org.ebpf4j.btf;

import java.util.BitSet;
import org.ebpf4j.error.RelocationException;

/// Puts split BTF that was made with a distilled base onto the whole base. Modules that are built
/// apart from their kernel come so: beside their types, section `.BTF.base` has of the kernel's
/// only those that they name, with names and sizes and nothing else. Here they are found again in
/// the types of a kernel whose ids are others. Its functions are pure, and any thread may call
/// them.
///
/// The rules are those of libbpf.
public final class BtfRelocation {
  /// Some 100 times as many as the largest modules take.
  private static final long MOST_COMPARISONS = 1L << 22;

  private final Btf split;
  private final Btf distilled;
  private final Btf base;
  private final BitSet embedded = new BitSet();
  private final BitSet walked = new BitSet();
  private long compared;

  private BtfRelocation(Btf split, Btf distilled, Btf base) {
    this.split = split;
    this.distilled = distilled;
    this.base = base;
  }

  /// The types of `split`, which continue a distilled base, as those that continue `base`.
  ///
  /// @throws IllegalArgumentException where `split` continues nothing
  /// @throws org.ebpf4j.error.MalformedObjectException where its base is no distilled one
  /// @throws RelocationException where `base` lacks a type that it names, or has several that it
  ///   may mean
  public static Btf relocate(Btf split, Btf base) {
    var distilled =
        split.base().orElseThrow(() -> new IllegalArgumentException("these types have no base"));
    return new BtfRelocation(split, distilled, base).relocate();
  }

  private Btf relocate() {
    checkDistilled();
    for (int id = split.firstId(); id < split.typeCount(); id++) {
      if (split.type(id) instanceof BtfType.Struct struct) {
        struct.members().forEach(member -> markEmbedded(member.type()));
      }
    }
    var ids = new int[split.firstId()];
    for (int id = 1; id < ids.length; id++) {
      ids[id] = find(id);
    }
    var move = base.typeCount() - split.firstId();
    var builder = BtfBuilder.emptySplit(base);
    for (int id = split.firstId(); id < split.typeCount(); id++) {
      builder.add(split, id, other -> moved(other, ids, move));
    }
    return builder.build();
  }

  private int moved(int id, int[] ids, int move) {
    if (id < 0 || id >= split.typeCount()) {
      throw split.malformed(0, "there is no BTF type " + Integer.toUnsignedString(id));
    }
    return id < ids.length ? ids[id] : id + move;
  }

  private void checkDistilled() {
    for (int id = 1; id < distilled.typeCount(); id++) {
      var allowed =
          switch (distilled.kind(id)) {
            case Kind.INT, Kind.FLOATING, Kind.ENUM, Kind.STRUCT, Kind.UNION, Kind.FORWARD ->
                distilled.nameOffset(id) != 0;
            default -> false;
          };
      if (!allowed) {
        throw distilled.malformed(
            id,
            "BTF type "
                + id
                + " (kind "
                + distilled.kind(id)
                + ") does not belong into a distilled base, which has named integers, floats, enums"
                + " and structs");
      }
    }
  }

  /// A struct of the base that is inside one of the split types must have the same size in both.
  private void markEmbedded(int member) {
    var id = member;
    while (!walked.get(id)) {
      walked.set(id);
      switch (split.type(id)) {
        case BtfType.Const t -> id = t.target();
        case BtfType.Volatile t -> id = t.target();
        case BtfType.Restrict t -> id = t.target();
        case BtfType.Typedef t -> id = t.target();
        case BtfType.TypeTag t -> id = t.target();
        case BtfType.Array t -> id = t.element();
        case BtfType.Struct _ -> {
          if (id < split.firstId()) {
            embedded.set(id);
          }
          return;
        }
        case BtfType.Void _,
            BtfType.Int _,
            BtfType.Pointer _,
            BtfType.Enum _,
            BtfType.Forward _,
            BtfType.Function _,
            BtfType.Prototype _,
            BtfType.Variable _,
            BtfType.DataSection _,
            BtfType.Floating _,
            BtfType.DeclarationTag _ -> {
          return;
        }
      }
    }
  }

  /// The type of the base that a type of the distilled base stands for.
  private int find(int wanted) {
    var name = distilled.name(wanted);
    var candidates = base.ids(name);
    compared += candidates.length;
    if (compared > MOST_COMPARISONS) {
      throw distilled.malformed(wanted, "too many types have the name '" + name + "'");
    }
    var structs = 0;
    for (var id : candidates) {
      structs += isStruct(base.kind(id)) ? 1 : 0;
    }
    var found = 0;
    for (var id : candidates) {
      if (!sizesFit(id, wanted, structs > 1)
          || !kindsFit(id, wanted, found == 0 && embedded.get(wanted))) {
        continue;
      }
      if (found != 0) {
        throw new RelocationException(
            name,
            split.file()
                + " names type '"
                + name
                + "' of the kernel, which has two that it may mean: "
                + found
                + " and "
                + id);
      }
      found = id;
    }
    if (found == 0) {
      throw new RelocationException(
          name,
          split.file()
              + " names type '"
              + name
              + "' of the kernel (kind "
              + distilled.kind(wanted)
              + ", "
              + Integer.toUnsignedLong(distilled.sizeOrType(wanted))
              + " bytes), which has none like it");
    }
    return found;
  }

  private static boolean isStruct(int kind) {
    return kind == Kind.STRUCT || kind == Kind.UNION;
  }

  private boolean sizesFit(int id, int wanted, boolean manyStructs) {
    return switch (base.kind(id)) {
      case Kind.INT, Kind.FLOATING, Kind.ENUM, Kind.ENUM64 -> sameSize(id, wanted);
      case Kind.STRUCT, Kind.UNION -> !manyStructs || sameSize(id, wanted);
      default -> base.kind(id) == Kind.FORWARD;
    };
  }

  private boolean sameSize(int id, int wanted) {
    return base.sizeOrType(id) == distilled.sizeOrType(wanted);
  }

  private boolean kindsFit(int id, int wanted, boolean exactSize) {
    var kind = base.kind(id);
    return switch (distilled.kind(wanted)) {
      // The flag of a struct is that of bit fields; libbpf takes it for that of unions.
      case Kind.FORWARD ->
          switch (kind) {
            case Kind.FORWARD -> base.flag(id) == distilled.flag(wanted);
            case Kind.STRUCT -> !base.flag(id);
            case Kind.UNION -> base.flag(id);
            default -> false;
          };
      case Kind.INT -> kind == Kind.INT && encoding(base, id) == encoding(distilled, wanted);
      case Kind.FLOATING -> kind == Kind.FLOATING;
      case Kind.ENUM -> kind == Kind.ENUM || kind == Kind.ENUM64;
      default -> !exactSize || sameSize(id, wanted);
    };
  }

  private static int encoding(Btf types, int id) {
    return types.type(id) instanceof BtfType.Int number ? number.encoding() : 0;
  }
}
