package org.ebpf4j.cli.export;

import java.time.Duration;

/// What a [MetricsServer] takes upon itself at most.
///
/// @param connections how many connections are open at once; one more closes the one that has
///   waited longest for its request
/// @param request the time from a connection, or the first byte of a later request, to the end of
///   the request's head
/// @param idle the time that a connection stays open between requests
/// @param scrape the time to read what is served
/// @param answer the time to send it
/// @param scrapes how many readings go on at once, those included whose time is over but that have
///   not ended
record ServerLimits(
    int connections,
    Duration request,
    Duration idle,
    Duration scrape,
    Duration answer,
    int scrapes) {
  static final ServerLimits DEFAULT =
      new ServerLimits(
          64,
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          8);
}
