package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.error.NotFoundException;

/// A part of a global variable, as C names it: `cfg.pid`, `limits[2]`, `cfg.ports[1]`.
final class VariablePath {
  /// Structs without names may be in one another; more than this is a file that was made to be odd.
  private static final int DEEPEST = 16;

  private final Btf types;
  private final String path;
  private int at;

  private VariablePath(Btf types, String path, int at) {
    this.types = types;
    this.path = path;
    this.at = at;
  }

  /// Finds the part; empty where no variable begins the name.
  ///
  /// @throws NotFoundException where a struct has no such member
  /// @throws IllegalArgumentException where the name asks for an element that is not there, or for
  ///   part of something that has none
  static Optional<Variable> find(Btf types, List<Variable> variables, String wanted) {
    // Names of local statics have dots of their own: the longest that fits is it.
    Variable base = null;
    for (var variable : variables) {
      var name = variable.name();
      if (wanted.startsWith(name)
          && wanted.length() > name.length()
          && ".[".indexOf(wanted.charAt(name.length())) >= 0
          && (base == null || name.length() > base.name().length())) {
        base = variable;
      }
    }
    return base == null
        ? Optional.empty()
        : Optional.of(new VariablePath(types, wanted, base.name().length()).follow(base));
  }

  private Variable follow(Variable base) {
    var current = base;
    while (at < path.length()) {
      current = path.charAt(at) == '[' ? element(current) : member(current);
    }
    return current;
  }

  private Variable element(Variable array) {
    var close = path.indexOf(']', at);
    if (close < 0) {
      throw new IllegalArgumentException("'" + path + "' has no ']'");
    }
    var digits = path.substring(at + 1, close);
    if (!(types.type(types.resolve(array.type())) instanceof BtfType.Array type)) {
      throw new IllegalArgumentException(
          "'" + array.name() + "' is no array, but " + CTypeName.of(types, array.type()));
    }
    if (!digits.matches("[0-9]{1,9}") || Integer.parseInt(digits) >= type.count()) {
      throw new IllegalArgumentException(
          "'"
              + array.name()
              + "' has no element ["
              + digits
              + "]; it has "
              + type.count()
              + (type.count() == 0 ? "" : ", from [0] to [" + (type.count() - 1) + "]"));
    }
    at = close + 1;
    if (at < path.length() && ".[".indexOf(path.charAt(at)) < 0) {
      throw new IllegalArgumentException("'" + path + "': behind ']' come '.' and '[' only");
    }
    var size = (int) (array.size() / type.count());
    return part(array, type.element(), (long) Integer.parseInt(digits) * size, size);
  }

  private Variable member(Variable struct) {
    var end = at + 1;
    while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
      end++;
    }
    var name = path.substring(at + 1, end);
    if (!(types.type(types.resolve(struct.type())) instanceof BtfType.Struct type)) {
      throw new IllegalArgumentException(
          "'" + struct.name() + "' is no struct, but " + CTypeName.of(types, struct.type()));
    }
    var known = new ArrayList<String>();
    var found = find(type, name, 0, known, 0);
    if (found == null) {
      throw new NotFoundException("member of '" + struct.name() + "'", name, known);
    }
    if (found.member.bits() != 0) {
      throw new IllegalArgumentException(
          "'" + path + "' is a bit field, which cannot be set alone; set the bytes around it");
    }
    at = end;
    var size = types.size(found.member.type());
    return part(struct, found.member.type(), found.bits / 8, (int) size);
  }

  private record Found(BtfType.Member member, long bits) {}

  private @org.jspecify.annotations.Nullable Found find(
      BtfType.Struct struct, String name, long bits, List<String> known, int depth) {
    for (var member : struct.members()) {
      var place = bits + member.bitOffset();
      if (member.name().equals(name)) {
        return new Found(member, place);
      }
      if (!member.name().isEmpty()) {
        known.add(member.name());
      } else if (depth < DEEPEST
          && types.type(types.resolve(member.type())) instanceof BtfType.Struct inner) {
        var found = find(inner, name, place, known, depth + 1);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private Variable part(Variable whole, int type, long offset, int size) {
    if (offset + size > whole.size() || size <= 0) {
      throw new IllegalArgumentException(
          "'" + path.substring(0, at) + "' is not within the bytes of '" + whole.name() + "'");
    }
    return new Variable(
        path.substring(0, at),
        whole.map(),
        (int) (whole.offset() + offset),
        size,
        type,
        whole.constant());
  }
}
