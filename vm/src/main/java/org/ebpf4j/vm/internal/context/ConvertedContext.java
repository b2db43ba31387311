package org.ebpf4j.vm.internal.context;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextRules;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.vm.memory.Context;
import org.ebpf4j.vm.memory.Context.Assignment;
import org.ebpf4j.vm.memory.Context.Value;
import org.ebpf4j.vm.packet.ContextFields;

/// A context of a struct that the kernel converts, by the names of its fields, and what programs
/// are told besides by functions of the kernel.
///
/// @param input the packet and the fields
/// @param told what functions tell, by names: of a sysctl its `name`, its `current` value and the
///   `new` one that is written
@SuppressWarnings("ArrayRecordComponent") // Read only, and never compared.
public record ConvertedContext(RunInput input, Map<String, byte[]> told) {
  /// What a run that is given bytes is told.
  public static final Map<String, byte[]> NOTHING = Map.of();

  private static final String SYSCTL = "bpf_sysctl";
  private static final String OPTION = "bpf_sockopt";
  private static final Set<String> TOLD = Set.of("name", "current", "new");

  /// Empty where programs of the type are given no such struct.
  ///
  /// @throws NotFoundException where it names a field that there is not
  /// @throws IllegalArgumentException where a value does not fit
  public static Optional<ConvertedContext> of(ProgramType type, Context context) {
    var rules = ContextRules.of(type);
    if (rules == null
        || type == ProgramType.NETFILTER
        || !context.type().equals(Optional.of(rules.struct().name()))) {
      return Optional.empty();
    }
    var struct = rules.struct();
    var fields = ContextFields.of(struct.name());
    var told = new HashMap<String, byte[]>();
    var data = new byte[0];
    for (var field : context.fields()) {
      var name = field.path();
      if (name.equals(dataName(struct))) {
        data = bytes(field);
      } else if (struct.name().equals(SYSCTL) && TOLD.contains(name)) {
        told.put(name, bytes(field));
      } else {
        fields.set(name, number(field));
      }
    }
    if (struct.name().equals(OPTION) && fields.get("optlen") == 0) {
      fields.set("optlen", data.length);
    }
    if (told.containsKey("new")) {
      fields.set("write", 1);
    }
    var input =
        new RunInput(data, fields.bytes(), 1, context.cpu(), java.util.OptionalInt.empty(), 0, 0);
    return Optional.of(new ConvertedContext(input, told));
  }

  /// What the bytes are called that the struct points to.
  private static String dataName(ContextStruct struct) {
    return struct.name().equals(OPTION) ? "optval" : "packet";
  }

  private static byte[] bytes(Assignment field) {
    return switch (field.value()) {
      case Value.Bytes(var bytes) -> bytes;
      case Value.Text(var text) -> text.getBytes(StandardCharsets.UTF_8);
      case Value.Number(var number) -> Long.toString(number).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static long number(Assignment field) {
    return switch (field.value()) {
      case Value.Number(var number) -> number;
      case Value.Text(var text) -> {
        try {
          yield Long.decode(text.strip());
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "'" + field.path() + "' is a number, not '" + text + "'", e);
        }
      }
      case Value.Bytes _ ->
          throw new IllegalArgumentException("'" + field.path() + "' is a number, no bytes");
    };
  }
}
