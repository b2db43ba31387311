package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.vm.step.ExecutedInstruction;
import org.jspecify.annotations.Nullable;

/// The instructions that programs execute in the virtual kernel, as they are printed: a line for
/// each, with the registers that are not zero.
///
/// @param json what they are printed to as JSON; null where they are text
record StepText(PrintWriter out, @Nullable JsonList json) {
  void print(ExecutedInstruction step) {
    if (json != null) {
      json.add(fields -> fields.putJson("step", step.toJson()));
      return;
    }
    var text = new StringBuilder(step.toString());
    var registers = step.registers();
    text.append("  [");
    for (int i = 0; i < registers.length; i++) {
      if (registers[i] != 0) {
        text.append(text.charAt(text.length() - 1) == '[' ? "" : " ")
            .append('r')
            .append(i)
            .append("=0x")
            .append(Long.toHexString(registers[i]));
      }
    }
    out.print(SafeText.line(text.append(']').toString()) + '\n');
  }
}
