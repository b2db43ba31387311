package org.ebpf4j.verifierlog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.jspecify.annotations.Nullable;

/// Where the value of a register came from: the steps of a path, read from its end, that set,
/// changed and moved it, and the conditions on it.
final class RegisterHistory {
  /// How many steps of a path are looked at.
  static final int MOST_STEPS = 2_000_000;

  private static final int MOST_NOTED = 64;

  private static final Pattern SET = Pattern.compile("^[rw](\\d{1,2}) (\\S{0,4}=) (.*)");
  private static final Pattern REGISTER = Pattern.compile("^(?:\\([su]\\d+\\))? ?[rw](\\d{1,2})$");
  private static final Pattern LOADED =
      Pattern.compile("^\\*\\(.*\\*\\)\\(r(\\d{1,2}) ([+-]\\d+)\\)$");
  private static final Pattern SAVED =
      Pattern.compile("^\\*\\(.*\\*\\)\\(r10 ([+-]\\d+)\\) = (?:r(\\d{1,2})|.*)$");
  private static final Pattern CALL = Pattern.compile("^call (?:kernel-function )?(\\w+)#-?\\d+");
  private static final Pattern OPERAND = Pattern.compile("\\b[rw](\\d{1,2})\\b");

  /// A register, or 8 bytes of the stack, of a function.
  ///
  /// @param depth how many calls deep the function is
  /// @param register its number; negative for a place on the stack, which is it
  private record Place(int depth, int register) {}

  /// A step that tells something.
  record Noted(PathStep step, Kind kind, String note) {}

  private final Set<Place> wanted = new LinkedHashSet<>();
  private final List<Noted> noted = new ArrayList<>();
  private final Set<Integer> conditions = new HashSet<>();
  private final boolean packet;
  private int omitted;
  private int depth;
  private boolean met;
  private @Nullable RegisterState known;
  private boolean stateOpen = true;
  private final int first;

  /// @param register the register's number
  /// @param packet whether the conditions that matter are those on the bounds of a packet
  RegisterHistory(int register, boolean packet) {
    this.packet = packet;
    this.first = register;
  }

  /// The steps, the newest first.
  List<Noted> noted() {
    return noted;
  }

  int omitted() {
    return omitted;
  }

  /// Whether all that the value came from was found.
  boolean isWhole() {
    return wanted.isEmpty();
  }

  /// The state of the register at the fault; null where the log does not say.
  @Nullable RegisterState known() {
    return known;
  }

  /// Reads a path back.
  ///
  /// @param last the step at fault
  /// @param path the path before it
  void read(PathStep last, FailingPath path) {
    depth = last.depth();
    wanted.add(new Place(depth, first));
    for (int i = 0; i < MOST_STEPS && !wanted.isEmpty(); i++) {
      var step = path.previous();
      if (step == null) {
        break;
      }
      remember(step, last.depth());
      cross(step.depth());
      look(step);
    }
    path.nameLast();
  }

  /// The step is in another function: values move over its call or its return.
  private void cross(int to) {
    if (to == depth) {
      return;
    }
    var entering = to > depth;
    var moved = new LinkedHashSet<Place>();
    for (var place : wanted) {
      if (entering && place.depth() == depth && place.register() == 0) {
        moved.add(new Place(to, 0));
      } else if (!entering && place.depth() > to) {
        // What a function has of its caller are its arguments; the stack may be reached, too.
        if (place.register() >= 1 && place.register() <= 5) {
          moved.add(new Place(to, place.register()));
        }
      } else {
        moved.add(place);
      }
    }
    wanted.clear();
    wanted.addAll(moved);
    depth = to;
  }

  private void look(PathStep step) {
    var operation = step.operation();
    if (step.isCondition()) {
      condition(step);
      return;
    }
    var call = CALL.matcher(operation);
    if (call.find()) {
      called(step, call.group(1));
      return;
    }
    if (operation.startsWith("call ")) {
      passed(step);
      return;
    }
    if (operation.startsWith("exit")) {
      var place = new Place(depth, 0);
      if (wanted.contains(place) && !noted.isEmpty()) {
        note(step, Kind.MOVE, "r0 is what the function returns");
      }
      return;
    }
    var saved = SAVED.matcher(operation);
    if (saved.matches()) {
      saved(step, slot(saved.group(1)), saved.group(2));
      return;
    }
    var set = SET.matcher(operation);
    if (set.matches()) {
      set(step, Integer.parseInt(set.group(1)), set.group(2), set.group(3));
    }
  }

  /// The latest state of the register at fault that the log has.
  private void remember(PathStep step, int ofFault) {
    if (stateOpen && known == null && depth == ofFault) {
      known = RegisterState.find(step.state(), first);
    }
    var set = SET.matcher(step.operation());
    if (step.depth() == ofFault
        && ((set.matches() && Integer.parseInt(set.group(1)) == first)
            || (first <= 5 && step.operation().startsWith("call ")))) {
      stateOpen = false;
    }
  }

  private static int slot(String offset) {
    var at = Integer.parseInt(offset.length() > 9 ? "0" : offset);
    // Down to the 8 bytes it lies in; always negative, as the stack is below r10.
    return at >= 0 ? -1 : Math.floorDiv(at, 8) * 8;
  }

  private void called(PathStep step, String function) {
    if (wanted.remove(new Place(depth, 0))) {
      var state = RegisterState.find(step.state(), 0);
      note(
          step,
          Kind.ORIGIN,
          "r0 is what " + function + " gives" + (state == null ? "" : ": " + state.words()));
    }
    for (int i = 1; i <= 5; i++) {
      if (wanted.remove(new Place(depth, i))) {
        note(step, Kind.ORIGIN, "the call of " + function + " leaves r" + i + " without a value");
      }
    }
  }

  /// A call of a function of the program: its arguments are wanted by now where they matter.
  private void passed(PathStep step) {
    for (int i = 1; i <= 5; i++) {
      if (wanted.contains(new Place(depth, i))) {
        note(step, Kind.MOVE, "r" + i + " is passed to a function");
      }
    }
  }

  private void saved(PathStep step, int slot, @Nullable String register) {
    if (!wanted.remove(new Place(depth, slot))) {
      return;
    }
    if (register == null) {
      note(step, Kind.ORIGIN, "the stack at " + slot + " is set");
    } else {
      wanted.add(new Place(depth, Integer.parseInt(register)));
      note(step, Kind.MOVE, "r" + register + " is kept on the stack, at " + slot);
    }
  }

  private void set(PathStep step, int register, String operator, String value) {
    var place = new Place(depth, register);
    if (!wanted.contains(place)) {
      return;
    }
    var state = RegisterState.find(step.state(), register);
    var words = state == null ? "" : ": " + state.words();
    var other = REGISTER.matcher(value);
    if (!operator.equals("=")) {
      note(step, Kind.CHANGE, step.operation() + words);
      if (other.matches() && (state == null || state.isVariable() || state.isNumber())) {
        wanted.add(new Place(depth, Integer.parseInt(other.group(1))));
      }
      return;
    }
    wanted.remove(place);
    var loaded = LOADED.matcher(value);
    if (other.matches()) {
      var from = Integer.parseInt(other.group(1));
      if (from == 10) {
        note(step, Kind.ORIGIN, "r" + register + " is the stack");
      } else {
        wanted.add(new Place(depth, from));
        note(step, Kind.MOVE, "r" + register + " is a copy of r" + from + words);
      }
    } else if (loaded.matches() && loaded.group(1).equals("10")) {
      var slot = slot(loaded.group(2));
      wanted.add(new Place(depth, slot));
      note(step, Kind.MOVE, "r" + register + " is read from the stack, at " + slot + words);
    } else if (loaded.matches()) {
      var base = RegisterState.find(step.state(), Integer.parseInt(loaded.group(1)));
      var memory =
          base == null || Integer.parseInt(loaded.group(1)) == register || base.isNumber()
              ? "memory"
              : base.target();
      note(step, Kind.ORIGIN, "r" + register + " is read from " + memory + words);
    } else {
      note(step, Kind.ORIGIN, "r" + register + " is set" + (words.isEmpty() ? " here" : words));
    }
  }

  /// A condition matters where it is on a register that is wanted, or on the bounds of the packet,
  /// and once in a loop.
  private void condition(PathStep step) {
    var operands = OPERAND.matcher(step.operation());
    var matters = step.resumed() && !met;
    while (operands.find()) {
      var register = Integer.parseInt(operands.group(1));
      var state = RegisterState.find(step.state(), register);
      matters |= wanted.contains(new Place(depth, register));
      matters |= packet && state != null && state.kind().equals("pkt_end");
    }
    met |= step.resumed();
    if (matters && conditions.add(step.slot())) {
      note(step, Kind.CONDITION, words(step));
    }
  }

  /// A condition, and whether it holds.
  static String words(PathStep step) {
    var operation = step.operation();
    var end = operation.indexOf(" goto");
    var condition = operation.substring("if ".length(), end < 0 ? operation.length() : end);
    return condition + (step.taken() ? " holds on this path" : " does not hold on this path");
  }

  private void note(PathStep step, Kind kind, String text) {
    if (noted.size() < MOST_NOTED) {
      noted.add(new Noted(step, kind, text));
    } else {
      omitted++;
      noted.set(noted.size() - 1, new Noted(step, kind, text));
    }
  }
}
