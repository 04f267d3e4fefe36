"""Who a person is, decided from values alone: documents, numbers, names, ages and how two of them match."""
