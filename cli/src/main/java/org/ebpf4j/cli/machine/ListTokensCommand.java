package org.ebpf4j.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.error.FileError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ebpf4j token list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List where rights are delegated.",
    description = {
      "Prints a line for each bpffs whose mount delegates rights (delegate_cmds, delegate_maps,"
          + " delegate_progs, delegate_attachs), for which a token can be had."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j token list", "  ebpf4j token list --json"})
public final class ListTokensCommand implements java.util.concurrent.Callable<Integer> {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  @Mixin private final Listing listing = new Listing();

  private final Console console;

  public ListTokensCommand(Console console) {
    this.console = console;
  }

  /// A bpffs that delegates rights.
  private record Delegation(String path, List<String> options) {
    String option(String name) {
      return options.stream()
          .filter(o -> o.startsWith(name + "="))
          .map(o -> o.substring(name.length() + 1))
          .findFirst()
          .orElse("");
    }
  }

  private static final View<Delegation> VIEW =
      new View<Delegation>((json, token) ->
          json.put("path", token.path())
              .put("commands", token.option("delegate_cmds"))
              .put("maps", token.option("delegate_maps"))
              .put("programs", token.option("delegate_progs"))
              .put("attachments", token.option("delegate_attachs")))
          .wide("PATH", Delegation::path)
          .wide("COMMANDS", token -> token.option("delegate_cmds"))
          .wide("MAPS", token -> token.option("delegate_maps"))
          .wide("PROGRAMS", token -> token.option("delegate_progs"))
          .wide("ATTACHMENTS", token -> token.option("delegate_attachs"));

  @Override
  public Integer call() {
    var found = new ArrayList<Delegation>();
    try {
      for (var line : Files.readAllLines(MOUNTS)) {
        var words = line.split(" ", -1);
        if (words.length > 3 && words[2].equals("bpf") && words[3].contains("delegate_")) {
          found.add(
              new Delegation(
                  words[1].replace("\\040", " "), Arrays.asList(words[3].split(",", -1))));
        }
      }
    } catch (IOException e) {
      throw FileError.of(MOUNTS, "read", e);
    }
    listing.print(console.out(), VIEW, found);
    console.out().flush();
    return 0;
  }
}
