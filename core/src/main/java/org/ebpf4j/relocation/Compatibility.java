package org.ebpf4j.relocation;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// Which types may stand for which. There are three questions, and libbpf answers each by rules of
/// its own; these are the same rules.
final class Compatibility {
  private static final int MAX_DEPTH = 32;

  private Compatibility() {}

  /// Whether two names are the same but for their flavours.
  static boolean sameName(String one, String other) {
    return one.equals(other) || Btf.sameEssentialName(one, other);
  }

  /// Whether the kinds of two types go together: they are the same, or both are enumerations.
  static boolean sameKind(BtfType one, BtfType other) {
    return switch (one) {
      case BtfType.Struct s -> other instanceof BtfType.Struct o && s.union() == o.union();
      default -> one.getClass() == other.getClass();
    };
  }

  /// Whether a field of the one type may be read as one of the other. Sizes and signs do not
  /// matter, nor does what pointers point at.
  static boolean ofFields(Types local, int localId, Types target, int targetId) {
    var mine = local.resolved(localId);
    var theirs = target.resolved(targetId);
    while (mine instanceof BtfType.Array a && theirs instanceof BtfType.Array b) {
      local.effort().step();
      mine = local.resolved(a.element());
      theirs = target.resolved(b.element());
    }
    if (mine instanceof BtfType.Struct && theirs instanceof BtfType.Struct) {
      return true;
    }
    if (!sameKind(mine, theirs)) {
      return false;
    }
    return switch (mine) {
      case BtfType.Pointer _, BtfType.Floating _ -> true;
      case BtfType.Forward f -> sameNameIfAny(f.name(), ((BtfType.Forward) theirs).name());
      case BtfType.Enum e -> sameNameIfAny(e.name(), ((BtfType.Enum) theirs).name());
      case BtfType.Int i -> i.bitOffset() == 0 && ((BtfType.Int) theirs).bitOffset() == 0;
      default -> false;
    };
  }

  private static boolean sameNameIfAny(String one, String other) {
    return one.isEmpty() || other.isEmpty() || sameName(one, other);
  }

  /// Whether a type of that name is there at all: of the same kind, and the same down to what
  /// pointers, arrays and prototypes lead to; members do not matter.
  static boolean ofTypes(Types local, int localId, Types target, int targetId) {
    return ofTypes(local, localId, target, targetId, MAX_DEPTH);
  }

  private static boolean ofTypes(Types local, int localId, Types target, int targetId, int level) {
    if (!sameKind(local.type(localId), target.type(targetId))) {
      return false;
    }
    var mineId = localId;
    var theirsId = targetId;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      local.effort().step();
      var mine = local.resolved(mineId);
      var theirs = target.resolved(theirsId);
      if (!sameKind(mine, theirs)) {
        return false;
      }
      switch (mine) {
        case BtfType.Void _, BtfType.Struct _, BtfType.Enum _, BtfType.Forward _ -> {
          return true;
        }
        case BtfType.Int i -> {
          return i.bitOffset() == 0 && ((BtfType.Int) theirs).bitOffset() == 0;
        }
        case BtfType.Pointer p -> {
          mineId = p.target();
          theirsId = ((BtfType.Pointer) theirs).target();
        }
        case BtfType.Array a -> {
          mineId = a.element();
          theirsId = ((BtfType.Array) theirs).element();
        }
        case BtfType.Prototype p -> {
          var q = (BtfType.Prototype) theirs;
          if (p.parameters().size() != q.parameters().size()) {
            return false;
          }
          for (int i = 0; i < p.parameters().size(); i++) {
            if (level <= 0) {
              throw tooDeep();
            }
            var mineParameter = local.resolve(p.parameters().get(i).type());
            var theirParameter = target.resolve(q.parameters().get(i).type());
            if (!ofTypes(local, mineParameter, target, theirParameter, level - 1)) {
              return false;
            }
          }
          mineId = p.result();
          theirsId = q.result();
        }
        default -> {
          return false;
        }
      }
    }
    throw tooDeep();
  }

  /// Whether a type is there that has all that the local one has: members by name and type,
  /// enumerators by name. Behind a pointer, names of structs are enough.
  static boolean matching(Types local, int localId, Types target, int targetId) {
    return matching(local, localId, target, targetId, false, MAX_DEPTH);
  }

  private static boolean matching(
      Types local, int localId, Types target, int targetId, boolean pointer, int level) {
    if (level <= 0) {
      throw tooDeep();
    }
    var behindPointer = pointer;
    var mineId = localId;
    var theirsId = targetId;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      local.effort().step();
      mineId = local.resolve(mineId);
      theirsId = target.resolve(theirsId);
      if (!sameName(local.name(mineId), target.name(theirsId))) {
        return false;
      }
      var theirs = target.type(theirsId);
      switch (local.type(mineId)) {
        case BtfType.Void _ -> {
          return theirs instanceof BtfType.Void;
        }
        case BtfType.Forward f -> {
          return (theirs instanceof BtfType.Forward g && f.union() == g.union())
              || (behindPointer && theirs instanceof BtfType.Struct s && f.union() == s.union());
        }
        case BtfType.Enum e -> {
          return theirs instanceof BtfType.Enum g && enumerators(local, e, g);
        }
        case BtfType.Struct s -> {
          if (behindPointer) {
            return (theirs instanceof BtfType.Struct t && s.union() == t.union())
                || (theirs instanceof BtfType.Forward f && s.union() == f.union());
          }
          return theirs instanceof BtfType.Struct t
              && s.union() == t.union()
              && members(local, s, target, t, level);
        }
        case BtfType.Int i -> {
          return theirs instanceof BtfType.Int j
              && i.size() == j.size()
              && (i.encoding() & 1) == (j.encoding() & 1);
        }
        case BtfType.Pointer p -> {
          if (!(theirs instanceof BtfType.Pointer q)) {
            return false;
          }
          behindPointer = true;
          mineId = p.target();
          theirsId = q.target();
        }
        case BtfType.Array a -> {
          if (!(theirs instanceof BtfType.Array b) || a.count() != b.count()) {
            return false;
          }
          mineId = a.element();
          theirsId = b.element();
        }
        case BtfType.Prototype p -> {
          if (!(theirs instanceof BtfType.Prototype q)
              || p.parameters().size() != q.parameters().size()) {
            return false;
          }
          for (int i = 0; i < p.parameters().size(); i++) {
            var mineParameter = p.parameters().get(i).type();
            var theirParameter = q.parameters().get(i).type();
            if (!matching(local, mineParameter, target, theirParameter, behindPointer, level - 1)) {
              return false;
            }
          }
          mineId = p.result();
          theirsId = q.result();
        }
        default -> {
          return false;
        }
      }
    }
    throw tooDeep();
  }

  private static boolean enumerators(Types local, BtfType.Enum mine, BtfType.Enum theirs) {
    if (mine.size() != theirs.size() || mine.values().size() > theirs.values().size()) {
      return false;
    }
    for (var value : mine.values()) {
      var found = false;
      for (var other : theirs.values()) {
        local.effort().step();
        if (sameName(value.name(), other.name())) {
          found = true;
          break;
        }
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private static boolean members(
      Types local, BtfType.Struct mine, Types target, BtfType.Struct theirs, int level) {
    var wanted = mine.members();
    var there = theirs.members();
    if (wanted.size() > there.size()) {
      return false;
    }
    // By index: types that multiply take millions of steps, each of which would have an iterator.
    for (int i = 0; i < wanted.size(); i++) {
      var member = wanted.get(i);
      var found = false;
      for (int j = 0; j < there.size() && !found; j++) {
        local.effort().step();
        found =
            sameName(member.name(), there.get(j).name())
                && matching(local, member.type(), target, there.get(j).type(), false, level - 1);
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private static Unresolvable tooDeep() {
    return new Unresolvable("the types nest more than " + MAX_DEPTH + " deep");
  }
}
