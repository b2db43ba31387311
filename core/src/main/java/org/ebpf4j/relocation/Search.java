package org.ebpf4j.relocation;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.relocation.Spec.Step;
import org.jspecify.annotations.Nullable;

/// Looks in one candidate of the target for what a local spec points at: members by name, wherever
/// they are by now, elements by index, enumerators by name.
final class Search {
  private static final int NONE = -1;

  private final Spec local;
  private final Types target;
  private final int root;
  private final List<Step> path = new ArrayList<>();
  private long bits;
  private int length;
  private String reason = "";

  Search(Spec local, Candidate candidate) {
    this.local = local;
    this.target = candidate.types();
    this.root = candidate.id();
  }

  /// The spec in the candidate, or none.
  @Nullable Spec find(CoreKind kind) {
    var found =
        switch (kind.subject()) {
          case TYPE -> type(kind);
          case ENUMERATOR -> enumerator();
          case FIELD -> field();
        };
    return found ? new Spec(target, root, path, bits & 0xffff_ffffL) : null;
  }

  /// Why there was none.
  String reason() {
    return reason;
  }

  private boolean type(CoreKind kind) {
    var found =
        kind == CoreKind.TYPE_MATCHES
            ? Compatibility.matching(local.types(), local.root(), target, root)
            : Compatibility.ofTypes(local.types(), local.root(), target, root);
    reason = found ? "" : target.describe(root) + " is declared otherwise";
    return found;
  }

  private boolean enumerator() {
    var id = target.resolve(root);
    var name = local.last().name();
    if (name != null && target.type(id) instanceof BtfType.Enum t) {
      for (int i = 0; i < t.values().size(); i++) {
        target.effort().step();
        if (Compatibility.sameName(name, t.values().get(i).name())) {
          path.add(new Step(id, i, t.values().get(i).name()));
          return true;
        }
      }
    }
    reason = target.describe(root) + " has no enumerator '" + name + "'";
    return false;
  }

  private boolean field() {
    var current = root;
    for (int i = 0; i < local.path().size(); i++) {
      var step = local.path().get(i);
      var found = step.name() == null ? element(i, step, current) : member(step, current, 0);
      if (found == NONE) {
        if (reason.isEmpty()) {
          reason =
              target.describe(target.resolve(current)) + " has no member '" + step.name() + "'";
        }
        return false;
      }
      current = found;
    }
    return true;
  }

  /// The type of the element, or [#NONE].
  private int element(int i, Step step, int array) {
    var id = target.resolve(array);
    if (i > 0) {
      if (!(target.type(id) instanceof BtfType.Array t)) {
        reason = "'" + path.getLast().name() + "' is no array";
        return NONE;
      }
      if (step.index() >= t.count() && !SpecParser.isFlexible(target, path.getLast(), t)) {
        reason = "an array has " + t.count() + " elements, too few for element " + step.index();
        return NONE;
      }
      id = target.resolve(t.element());
    }
    lengthen();
    path.add(new Step(id, step.index(), null));
    var size = target.size(id);
    if (size > Integer.MAX_VALUE) {
      throw new Unresolvable(target.describe(id) + " is bigger than 2 GiB");
    }
    bits += step.index() * size * 8;
    return id;
  }

  /// The type of the member of that name, or [#NONE]: in `struct`, or in a member without a name.
  private int member(Step step, int struct, long start) {
    var id = target.resolve(struct);
    if (!(target.type(id) instanceof BtfType.Struct t)) {
      return NONE;
    }
    for (int i = 0; i < t.members().size(); i++) {
      var member = t.members().get(i);
      target.effort().step();
      var before = length;
      lengthen();
      if (member.name().isEmpty()) {
        var found = member(step, member.type(), start + member.bitOffset());
        if (found != NONE) {
          return found;
        }
      } else if (member.name().equals(step.name())) {
        if (!Compatibility.ofFields(local.types(), typeOf(step), target, member.type())) {
          reason = "'" + member.name() + "' of " + target.describe(id) + " is of another type";
          return NONE;
        }
        path.add(new Step(id, i, member.name()));
        bits += start + member.bitOffset();
        return member.type();
      }
      length = before;
    }
    return NONE;
  }

  /// The type of the member that a local step names.
  private int typeOf(Step step) {
    return local.types().type(step.type()) instanceof BtfType.Struct t
        ? t.members().get(step.index()).type()
        : 0;
  }

  private void lengthen() {
    if (length == Spec.MAX_LENGTH) {
      throw new Unresolvable(
          target.describe(root) + " nests more than " + Spec.MAX_LENGTH + " deep");
    }
    length++;
  }
}
