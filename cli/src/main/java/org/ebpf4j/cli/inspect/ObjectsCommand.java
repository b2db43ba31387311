package org.ebpf4j.cli.inspect;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.linux.LinuxKernel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// A command that shows objects of the kernel, of one kind: those that its words choose, or all.
///
/// @param <T> the kind
abstract class ObjectsCommand<T> implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();

  @Parameters(
      paramLabel = "WHICH",
      description = "Ids, names, tags or paths of pins; all without any.")
  private List<String> words = new ArrayList<>();

  private final Console console;
  private final boolean details;

  /// @param details whether all that is known of each is printed, in place of a line
  ObjectsCommand(Console console, boolean details) {
    this.console = console;
    this.details = details;
  }

  /// All of the kind.
  abstract List<T> all(LinuxKernel kernel);

  /// How words choose them.
  abstract Selection<T> selection(LinuxKernel kernel);

  /// How they are shown.
  abstract View<T> view();

  @Override
  public final boolean option(String name, PlainLine.Value value) {
    return listing.option(name, value);
  }

  @Override
  public final boolean word(String word) {
    return words.add(word);
  }

  @Override
  public final boolean complete() {
    return true;
  }

  @Override
  public final Integer call() {
    try (var kernel = LinuxKernel.open()) {
      var chosen = selection(kernel).of(words, all(kernel));
      if (details) {
        listing.printDetails(console.out(), view(), chosen);
      } else {
        listing.print(console.out(), view(), chosen);
      }
    }
    console.out().flush();
    return 0;
  }
}
