package org.ebpf4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IOptionRenderer;
import picocli.CommandLine.Help.IParameterRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Help whose paragraphs are broken where the terminal ends, wherever the source breaks them.
final class HelpLayout extends Help {
  /// A line of a paragraph that goes on is at least that long; shorter ones end one.
  private static final int LONG = 60;

  HelpLayout(CommandSpec command, ColorScheme colors) {
    super(flowing(command), colors);
  }

  private static CommandSpec flowing(CommandSpec command) {
    var usage = command.usageMessage();
    usage.description(paragraphs(usage.description()));
    return command;
  }

  /// Joins lines to paragraphs. Lists are lines of single words, or short ones.
  static String[] paragraphs(String... lines) {
    List<String> paragraphs = new ArrayList<>();
    var goesOn = false;
    for (var text : lines) {
      for (var line : text.split("\\R|%n", -1)) {
        if (goesOn && !line.isBlank()) {
          paragraphs.add(paragraphs.removeLast() + " " + line.strip());
        } else {
          paragraphs.add(line);
        }
        goesOn = line.length() >= LONG && line.indexOf(' ') > 0;
      }
    }
    return paragraphs.toArray(String[]::new);
  }

  @Override
  public IOptionRenderer createDefaultOptionRenderer() {
    var usual = super.createDefaultOptionRenderer();
    return (option, label, colors) ->
        usual.render(
            flows(option)
                ? option
                : OptionSpec.builder(option).description(raw(option.description())).build(),
            label,
            colors);
  }

  @Override
  public IParameterRenderer createDefaultParameterRenderer() {
    var usual = super.createDefaultParameterRenderer();
    return (parameter, label, colors) ->
        usual.render(
            flows(parameter)
                ? parameter
                : PositionalParamSpec.builder(parameter)
                    .description(raw(parameter.description()))
                    .build(),
            label,
            colors);
  }

  /// Whether nothing has to be joined.
  private static boolean flows(ArgSpec argument) {
    return Arrays.equals(paragraphs(argument.description()), argument.description());
  }

  /// Paragraphs as a description is given, in which percent signs have a meaning.
  private static String[] raw(String... description) {
    var paragraphs = paragraphs(description);
    for (int i = 0; i < paragraphs.length; i++) {
      paragraphs[i] = paragraphs[i].replace("%", "%%");
    }
    return paragraphs;
  }
}
