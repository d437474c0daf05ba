print("pechat")
