package dev.sluice.model.stream;

/** What writes a stream's records where devices do not: such a stream is only read. */
public sealed interface Source permits TopicSource, ViewSource {

  /**
   * The Kafka topic that the records are in.
   *
   * @param stream its name
   */
  String topic(String stream);
}
