package org.ebpf4j.vm.internal.compiler;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicConstantDesc;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The code of a class as text: a line for each instruction, as `javap` has them, with labels in
/// the place of distances.
public final class Listing {
  private final StringBuilder text = new StringBuilder();
  private final Map<Label, String> labels = new HashMap<>();

  private Listing() {}

  /// The methods of a class.
  public static String of(byte[] bytes) {
    var listing = new Listing();
    var model = ClassFile.of().parse(bytes);
    for (var method : model.methods()) {
      var type = method.methodTypeSymbol();
      listing
          .text
          .append(type.returnType().displayName())
          .append(' ')
          .append(method.methodName().stringValue())
          .append(
              type.parameterList().stream()
                  .map(ClassDesc::displayName)
                  .collect(Collectors.joining(", ", "(", ")")))
          .append('\n');
      method.code().ifPresent(listing::code);
    }
    return listing.text.toString();
  }

  private void code(CodeModel code) {
    labels.clear();
    for (var element : code) {
      if (element instanceof LabelTarget target) {
        name(target.label());
      }
    }
    for (var element : code) {
      switch (element) {
        case LabelTarget target -> text.append("  ").append(name(target.label())).append(":\n");
        case ExceptionCatch range ->
            text.append("    from ")
                .append(name(range.tryStart()))
                .append(" to ")
                .append(name(range.tryEnd()))
                .append(" any ")
                .append(
                    range
                        .catchType()
                        .map(type -> type.asSymbol().displayName())
                        .orElse("exception"))
                .append(" to ")
                .append(name(range.handler()))
                .append('\n');
        case Instruction instruction -> text.append("    ").append(line(instruction)).append('\n');
        default -> {
          // Nothing that is executed.
        }
      }
    }
  }

  private String name(Label label) {
    return labels.computeIfAbsent(label, _ -> "L" + labels.size());
  }

  private String line(Instruction instruction) {
    var name = instruction.opcode().name().toLowerCase(Locale.ROOT);
    var plain = name.replaceFirst("_[0-3w]$", "");
    return switch (instruction) {
      case LoadInstruction load -> plain + " " + load.slot();
      case StoreInstruction store -> plain + " " + store.slot();
      case IncrementInstruction increment ->
          "iinc " + increment.slot() + " " + increment.constant();
      case ConstantInstruction constant -> constant(constant);
      case BranchInstruction branch -> name + " " + name(branch.target());
      case InvokeInstruction invoke ->
          name
              + " "
              + invoke.owner().asSymbol().displayName()
              + "."
              + invoke.name().stringValue()
              + invoke.typeSymbol().displayDescriptor();
      case TypeCheckInstruction check -> name + " " + check.type().asSymbol().displayName();
      case NewPrimitiveArrayInstruction array ->
          name + " " + array.typeKind().name().toLowerCase(Locale.ROOT);
      case LookupSwitchInstruction choice ->
          name
              + choice.cases().stream()
                  .map(one -> " " + one.caseValue() + ":" + name(one.target()))
                  .collect(Collectors.joining())
              + " else "
              + name(choice.defaultTarget());
      case TableSwitchInstruction choice ->
          name
              + choice.cases().stream()
                  .map(one -> " " + one.caseValue() + ":" + name(one.target()))
                  .collect(Collectors.joining())
              + " else "
              + name(choice.defaultTarget());
      default -> name;
    };
  }

  private static String constant(ConstantInstruction constant) {
    return switch (constant.constantValue()) {
      case Integer number -> "int " + number;
      case Long number -> "long " + number;
      case DynamicConstantDesc<?> object when !object.bootstrapArgsList().isEmpty() ->
          "object "
              + object.bootstrapArgsList().getFirst()
              + " "
              + object.constantType().displayName();
      default -> constant.opcode().name().toLowerCase(Locale.ROOT);
    };
  }
}
