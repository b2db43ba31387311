package org.ebpf4j.vm.internal.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a method does where something is thrown, or only the interpreter can go on: it gives all of
/// its variables away.
final class Guard {
  private final ProgramCode program;
  private final CodeBuilder b;
  private final Locals locals;
  private final int count;
  private final Label rescue;
  private final List<Label[]> ranges = new ArrayList<>();
  private Label rangeBegin;
  private @Nullable Label faults;

  /// @param count how many variables there are
  Guard(ProgramCode program, CodeBuilder b, Locals locals, int count) {
    this.program = program;
    this.b = b;
    this.locals = locals;
    this.count = count;
    this.rescue = b.newLabel();
    this.rangeBegin = b.newLabel();
  }

  /// Where to go with an exception, or null, on the stack.
  Label rescue() {
    return rescue;
  }

  /// Begins to look after what is thrown: all variables have a value.
  void begin() {
    b.labelBinding(rangeBegin);
  }

  /// Begins what may throw anything, which is not looked at but for faults.
  void beginCall() {
    var here = b.newBoundLabel();
    ranges.add(new Label[] {rangeBegin, here});
    rangeBegin = here;
  }

  /// Ends it.
  void endCall() {
    var here = b.newBoundLabel();
    b.exceptionCatch(rangeBegin, here, faults(), Names.MEMORY_FAULT);
    rangeBegin = here;
  }

  private Label faults() {
    if (faults == null) {
      faults = b.newLabel();
    }
    return faults;
  }

  /// Ends the method.
  ///
  /// @param giveBack returns the number on the stack
  void end(Runnable giveBack) {
    var end = b.newBoundLabel();
    ranges.add(new Label[] {rangeBegin, end});
    var all = b.newLabel();
    for (var range : ranges) {
      b.exceptionCatch(range[0], range[1], all, Names.EXCEPTION);
    }
    if (faults != null) {
      b.labelBinding(faults);
      b.checkcast(Names.EXCEPTION).goto_(rescue);
    }
    b.labelBinding(all);
    b.labelBinding(rescue);
    b.astore(locals.temporary);
    b.aload(Locals.RUN);
    pushSites();
    b.iload(locals.site);
    b.loadConstant(count).newarray(TypeKind.LONG);
    for (int i = 0; i < count; i++) {
      b.dup().loadConstant(i).lload(locals.wide(i)).lastore();
    }
    b.loadConstant(count).newarray(TypeKind.INT);
    for (int i = 0; i < count; i++) {
      b.dup().loadConstant(i).iload(locals.narrow(i)).iastore();
    }
    b.lload(locals.left).iload(locals.used).iload(locals.rounds).aload(locals.temporary);
    b.invokestatic(Names.COMPILED, "rescue", Names.RESCUE);
    giveBack.run();
  }

  private void pushSites() {
    program.constants().push(b, program.sites(), Names.SITES);
  }
}
